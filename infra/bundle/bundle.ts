// Bundles a Lambda function, for the deployment and for the local engine.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { FunctionName } from './function-names.ts';
import type { Order } from './run-esbuild.ts';

export interface Bundle {
  readonly directory: string;
  /** index.mjs in the directory. */
  readonly file: string;
  /** Of its modules, without their source maps, which are read with the first error, and without what only `stack.alibaba` loads. */
  readonly bytes: number;
}

/**
 * Bundles a function with the AWS SDK: the SDK of the runtime loads slower. Its config is a file beside it (config-file.ts), so
 * one bundle serves every config. The same sources give the same bytes on every machine, but for a debugger. Each module has a
 * source map beside it.
 * @param outdir an empty or new directory @param forDebugger readable, with source maps that name the files of this machine
 */
export function bundleFunction(name: FunctionName, outdir: string, forDebugger = false): Bundle {
  return bundleModule(`functions/${name}/handler.ts`, outdir, forDebugger);
}

/** @param entry in this project @throws Error with what the bundler says */
export function bundleModule(entry: string, outdir: string, forDebugger = false): Bundle {
  const directory = resolve(outdir);
  const order: Order = { entry, directory, forDebugger };
  const run = join(import.meta.dirname, 'run-esbuild.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [run, JSON.stringify(order)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${entry} cannot be bundled: ${stderr}`);
  process.stderr.write(stderr);
  return { directory, file: join(directory, 'index.mjs'), bytes: Number(stdout) };
}
