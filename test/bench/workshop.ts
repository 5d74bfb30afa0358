// What is measured side by side, all bundled in the way of the deployed functions.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import type { ConfigInput } from '../../functions/domain/config/types.ts';
import { type Bundle, bundleFunction, bundleModule } from '../../infra/bundle/bundle.ts';
import { writeConfigFile } from '../../infra/bundle/config-file.ts';
import type { FunctionName } from '../../infra/bundle/function-names.ts';

/** before: the queue function of another checkout. */
export type ContestantName = 'ours' | 'floor' | 'reference' | 'bare' | 'before';

export interface Workshop {
  /** The deployed queue function, and what it is compared with. */
  contestant(name: ContestantName): Bundle;
  function(name: Exclude<FunctionName, 'scale-out'>): Bundle;
  close(): void;
}

/** Bundles on demand, with this config beside each bundle. */
export function openWorkshop(config: ConfigInput, makeEarlier?: () => EarlierSources): Workshop {
  const complete = checkedConfig(config);
  const home = mkdtempSync(join(tmpdir(), 'bench-bundles-'));
  const made = new Map<string, Bundle>();
  const once = (name: string, make: (outdir: string) => Bundle): Bundle => {
    const known = made.get(name);
    if (known) return known;
    const bundle = make(join(home, name));
    writeConfigFile('scale-out', bundle.directory, complete);
    made.set(name, bundle);
    return bundle;
  };
  const bundleContestant = (name: Exclude<ContestantName, 'before'>, outdir: string): Bundle =>
    name === 'ours' ? bundleFunction('scale-out', outdir) : bundleModule(`test/bench/${name}/handler.ts`, outdir);
  return {
    contestant: (name) =>
      once(name, (outdir) => {
        if (name !== 'before') return bundleContestant(name, outdir);
        if (!makeEarlier) throw new Error('no other checkout was given');
        const earlier = makeEarlier();
        try {
          return earlier.bundle(outdir);
        } finally {
          earlier.remove();
        }
      }),
    function: (name) => once(name, (outdir) => bundleFunction(name, outdir)),
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}

interface EarlierSources {
  bundle(outdir: string): Bundle;
  remove(): void;
}

/** Of a checkout: its bundler takes the sources where its config is compiled in. */
interface Earlier {
  bundleFunction(name: FunctionName, outdir: string, sources?: string): Bundle;
}
interface EarlierConfig {
  readonly copyFunctions?: (config: ConfigInput) => { readonly root: string; remove(): void };
}

/** @param checkout of this project, whose functions are bundled by its own bundler */
export async function openEarlier(checkout: string): Promise<(config: ConfigInput) => EarlierSources> {
  const load = (file: string) => import(pathToFileURL(resolve(checkout, file)).href);
  const { bundleFunction: bundle }: Earlier = await load('infra/bundle/bundle.ts');
  const { copyFunctions }: EarlierConfig = await load('test/crash/config.ts');
  return (config) => {
    if (!copyFunctions) return { bundle: (outdir) => bundle('scale-out', outdir), remove: () => undefined };
    const copy = copyFunctions(config);
    cpSync(resolve(checkout, 'package.json'), join(copy.root, 'package.json'));
    return { bundle: (outdir) => bundle('scale-out', outdir, copy.root), remove: () => copy.remove() };
  };
}
