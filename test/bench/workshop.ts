// What is measured side by side, all bundled in the way of the deployed functions.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bundle, bundleFunction, bundleModule, type FunctionName } from '../../infra/bundle/bundle.ts';

export type ContestantName = 'ours' | 'floor' | 'reference' | 'bare';

export interface Workshop {
  /** The deployed queue function, and what it is compared with. */
  contestant(name: ContestantName): Bundle;
  function(name: Exclude<FunctionName, 'scale-out'>): Bundle;
  close(): void;
}

/** Bundles on demand. @param sources a copy of what is bundled, as copySources makes it */
export function openWorkshop(sources: string): Workshop {
  const home = mkdtempSync(join(tmpdir(), 'bench-bundles-'));
  const made = new Map<string, Bundle>();
  const once = (name: string, make: (outdir: string) => Bundle): Bundle => {
    const bundle = made.get(name) ?? make(join(home, name));
    made.set(name, bundle);
    return bundle;
  };
  return {
    contestant: (name) =>
      once(name, (outdir) =>
        name === 'ours'
          ? bundleFunction('scale-out', outdir, sources)
          : bundleModule(`test/bench/${name}/handler.ts`, outdir, sources),
      ),
    function: (name) => once(name, (outdir) => bundleFunction(name, outdir, sources)),
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}
