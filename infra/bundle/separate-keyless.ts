// The exchange for credentials without a stored key is bundled apart, with its own copy of what it shares with the rest. Split from
// the same build, what the SDK's client of STS alone needs (XML, the query protocol) would be in a file that every function loads.
import type { Plugin } from 'esbuild';

/** Beside index.mjs, in the bundles whose function can use it. */
export const keylessFile = 'keyless.mjs';

interface SeparateKeyless {
  readonly plugin: Plugin;
  /** After the build: undefined where nothing imports it. */
  entryPoints(): { readonly keyless: string } | undefined;
}

export function separateKeyless(): SeparateKeyless {
  let isUsed = false;
  return {
    plugin: {
      name: 'separate-keyless',
      setup(build) {
        build.onResolve({ filter: /^\.\/role-credentials\.ts$/ }, ({ kind }) => {
          if (kind !== 'dynamic-import') throw new Error('role-credentials.ts must be imported dynamically');
          isUsed = true;
          return { path: `./${keylessFile}`, external: true };
        });
      },
    },
    entryPoints: () => (isUsed ? { keyless: 'functions/adapters/keyless/role-credentials.ts' } : undefined),
  };
}
