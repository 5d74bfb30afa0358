// What is read in place of single files of packages. Whole packages are replaced by an alias (run-esbuild.ts); a file is not, as other
// files of its package import it by a path of their own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

const standIns: readonly (readonly [RegExp, string])[] = [
  [/[\\/]got[\\/]dist[\\/]source[\\/]core[\\/]utils[\\/]http2-client\.js$/, 'no-http2-client.ts'],
  [/[\\/]got[\\/]dist[\\/]source[\\/]core[\\/]utils[\\/]dns-cache\.js$/, 'no-dns-cache.ts'],
];

export const slimFiles: Plugin = {
  name: 'slim-files',
  setup(build) {
    for (const [filter, standIn] of standIns)
      build.onLoad({ filter }, () => ({
        contents: readFileSync(join(import.meta.dirname, standIn), 'utf8'),
        loader: 'ts',
      }));
    // The SDK tells its version with each call, and needs no more of it.
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, ({ path }) => {
      const { version }: { readonly version: string } = JSON.parse(readFileSync(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[\w-]+[\\/]dist-es[\\/]models[\\/]errors\.js$/ }, ({ path }) => ({
      contents: shortErrors(readFileSync(path, 'utf8'), path),
      loader: 'js',
    }));
  },
};

/**
 * The classes of an SDK's errors, which differ in their names and in whose fault they are. Fields of single ones are dropped here; the
 * SDK itself puts what the service told onto each error.
 * @throws Error for a file of another form
 */
export function shortErrors(source: string, path: string): string {
  const [head = ''] = /^import \{ \w+ as __BaseException \} from "[^"]+";$/m.exec(source) ?? [];
  const classes = [
    ...source.matchAll(
      /^export class (\w+) extends __BaseException \{[^}]*?\n {4}name = "(\w+)";\n {4}\$fault = "(\w+)";/gm,
    ),
  ];
  if (!head || classes.length !== source.split('export class ').length - 1)
    throw new Error(`${path} has another form than infra/bundle/slim-files.ts expects`);
  return [
    head,
    `const of = (name, $fault) => class extends __BaseException {
      name = name;
      $fault = $fault;
      constructor(options) {
        super({ name, $fault, ...options });
        Object.setPrototypeOf(this, new.target.prototype);
      }
    };`,
    ...classes.map(([, id, name, fault]) => `export const ${id} = /* @__PURE__ */ of("${name}", "${fault}");`),
  ].join('\n');
}
