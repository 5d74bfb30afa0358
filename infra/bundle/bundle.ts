// Makes a Lambda function's artifact: for deployment, and for the local engine, which runs the very same files.
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { builtins } from './builtins.ts';

const root = resolve(import.meta.dirname, '../..');

/** A file of this directory that takes the place of something; it tells of what, and why it may. */
const standIn = (file: string): string => join(import.meta.dirname, file);

/** Every Lambda function of the system. Each is a directory of functions/, and exports `handler` from its handler.ts. */
export const functionNames = ['scale-out', 'reconcile', 'receive-alert', 'announce'] as const;
export type FunctionName = (typeof functionNames)[number];

/** Some bundled packages are CommonJS and call `require`, which an ES module does not have. */
const requireForCommonJs = "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);";

export interface Bundle {
  readonly directory: string;
  /** The module to import: index.mjs in the directory. */
  readonly file: string;
  /** Size of everything in the directory. */
  readonly bytes: number;
}

/**
 * Bundles one function, with its config and the AWS SDK: the runtime's own copy of the SDK is slower to load, and changes
 * without us. The same sources give the same bytes on every machine, so that a deployment without changes changes nothing.
 * @param outdir an empty directory, or one that does not exist yet
 * @param sources where functions/ is: for a test, a copy of it with another config
 */
export function bundleFunction(name: FunctionName, outdir: string, sources = root): Bundle {
  return bundleModule(`functions/${name}/handler.ts`, outdir, sources);
}

/** Bundles any module in the very same way: what the benchmarks compare the functions with. @param entry below `sources` */
export function bundleModule(entry: string, outdir: string, sources = root): Bundle {
  const directory = resolve(outdir);
  const { metafile } = buildSync({
    absWorkingDir: sources,
    entryPoints: { index: entry },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported lazily, above all the HTTP client of a purchase, becomes a file that a replay or a skip never loads.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    banner: { js: requireForCommonJs },
    // Their exports take the place of the globals of that name.
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
    metafile: true,
    logLevel: 'warning',
  });
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  return { directory, file: join(directory, 'index.mjs'), bytes };
}
