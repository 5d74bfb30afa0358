// Runs the bundler, in a process of its own: it takes plugins only where it does not block, and CDK waits for a bundle.
// node run-esbuild.ts ORDER, with an Order as JSON; prints the size of the modules in bytes, without that of keyless.mjs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type BuildOptions, build, type OutputFile } from 'esbuild';
import { builtins } from './builtins.ts';
import { separateKeyless } from './separate-keyless.ts';
import { slimFiles } from './slim-files.ts';

export interface Order {
  /** In this project. */
  readonly entry: string;
  readonly directory: string;
  readonly forDebugger: boolean;
}

const root = resolve(import.meta.dirname, '../..');

const standIn = (file: string): string => join(import.meta.dirname, file);

/** For bundled CommonJS packages. */
const requireForCommonJs = "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);";

const { entry, directory, forDebugger }: Order = JSON.parse(process.argv[2] ?? '');
const keyless = separateKeyless();
const options = {
  absWorkingDir: root,
  // Source maps name the sources relative to it.
  outdir: forDebugger ? directory : root,
  write: false,
  sourcemap: true,
  sourcesContent: forDebugger,
  preserveSymlinks: !forDebugger,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Not that of whoever has the sources: the same sources give the same bytes wherever they are.
  tsconfigRaw: {},
  mainFields: ['module', 'main'],
  minify: !forDebugger,
  legalComments: 'none',
  banner: { js: requireForCommonJs },
  // Replace the globals of the same names.
  inject: [standIn('no-web-globals.ts'), standIn('list-format.ts')],
  alias: {
    '@aws-sdk/credential-provider-node': standIn('environment-credentials.ts'),
    '@sindresorhus/is': standIn('type-checks.ts'),
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
} as const satisfies BuildOptions;
const { outputFiles } = await build({
  ...options,
  entryPoints: { index: entry },
  // A dynamic import becomes a file of its own: a replay never loads the HTTP client.
  splitting: true,
  plugins: [slimFiles, keyless.plugin],
});
const apart = keyless.entryPoints();
const { outputFiles: separate }: { readonly outputFiles: readonly OutputFile[] } = apart
  ? await build({ ...options, entryPoints: apart, plugins: [slimFiles] })
  : { outputFiles: [] };
mkdirSync(directory, { recursive: true });
for (const { path, contents } of [...outputFiles, ...separate])
  writeFileSync(join(directory, basename(path)), contents);
const modules = outputFiles.filter(({ path }) => path.endsWith('.mjs'));
console.log(modules.reduce((sum, { contents }) => sum + contents.byteLength, 0));
