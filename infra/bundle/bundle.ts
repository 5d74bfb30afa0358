// Makes a Lambda function's artifact: for deployment, and for the local engine, which runs the very same files.
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');

/** Every Lambda function of the system. Each is a directory of functions/, and exports `handler` from its handler.ts. */
export const functionNames = ['scale-out', 'reconcile', 'receive-alert', 'announce'] as const;
export type FunctionName = (typeof functionNames)[number];

/** Some bundled packages are CommonJS and call `require`, which an ES module does not have. */
const requireForCommonJs = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

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
    alias: {
      '@aws-sdk/credential-provider-node': join(import.meta.dirname, 'environment-credentials.ts'),
      bowser: join(import.meta.dirname, 'no-browser.ts'),
      'node:http': join(import.meta.dirname, 'node-http.ts'),
    },
    metafile: true,
    logLevel: 'warning',
  });
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  return { directory, file: join(directory, 'index.mjs'), bytes };
}
