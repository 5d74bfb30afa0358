// Bundles a Lambda function, for the deployment and for the local engine.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { builtins } from './builtins.ts';

const root = resolve(import.meta.dirname, '../..');

const standIn = (file: string): string => join(import.meta.dirname, file);

/** Each is a directory of functions/ that exports `handler` from its handler.ts. */
export const functionNames = ['scale-out', 'reconcile', 'receive-alert', 'announce'] as const;
export type FunctionName = (typeof functionNames)[number];

/** For bundled CommonJS packages. */
const requireForCommonJs = "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);";

export interface Bundle {
  readonly directory: string;
  /** index.mjs in the directory. */
  readonly file: string;
  /** Of its modules, without their source maps: these are read with the first error. */
  readonly bytes: number;
}

/**
 * Bundles a function with its config and the AWS SDK: the SDK of the runtime loads slower. The same sources give the same
 * bytes on every machine, but for a debugger. Each module has a source map beside it.
 * @param outdir an empty or new directory @param sources where functions/ is
 * @param forDebugger readable, with source maps that name the files of this machine
 */
export function bundleFunction(name: FunctionName, outdir: string, sources = root, forDebugger = false): Bundle {
  return bundleModule(`functions/${name}/handler.ts`, outdir, sources, forDebugger);
}

/** @param entry below `sources` */
export function bundleModule(entry: string, outdir: string, sources = root, forDebugger = false): Bundle {
  const directory = resolve(outdir);
  const { outputFiles } = buildSync({
    absWorkingDir: sources,
    entryPoints: { index: entry },
    // Source maps name the sources relative to it.
    outdir: forDebugger ? directory : sources,
    write: false,
    sourcemap: true,
    sourcesContent: forDebugger,
    preserveSymlinks: !forDebugger,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // A dynamic import becomes a file of its own: a replay never loads the HTTP client.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: !forDebugger,
    legalComments: 'none',
    banner: { js: requireForCommonJs },
    // Replace the globals of the same names.
    inject: [standIn('no-web-globals.ts'), standIn('list-format.ts')],
    alias: {
      '@aws-sdk/credential-provider-node': standIn('environment-credentials.ts'),
      bowser: standIn('no-browser.ts'),
      'cacheable-request': standIn('no-http-cache.ts'),
      'decompress-response': standIn('no-decompression.ts'),
      '@smithy/core/event-streams': standIn('no-event-streams.ts'),
      '@aws-sdk/endpoint-cache': standIn('no-endpoint-cache.ts'),
      'node:http2': standIn('no-http2.ts'),
      'node:http': standIn('node-http.ts'),
      ...builtins,
    },
    logLevel: 'warning',
  });
  mkdirSync(directory, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(join(directory, basename(path)), contents);
  const modules = outputFiles.filter(({ path }) => path.endsWith('.mjs'));
  const bytes = modules.reduce((sum, { contents }) => sum + contents.byteLength, 0);
  return { directory, file: join(directory, 'index.mjs'), bytes };
}
