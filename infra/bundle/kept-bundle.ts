// Bundles for the local engine, kept in node_modules: most starts come after no change of a source, and bundling is half of
// what a start costs. A deployment always bundles anew.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleFunction } from './bundle.ts';
import type { FunctionName } from './function-names.ts';

const root = resolve(import.meta.dirname, '../..');
const keptFor = 24 * 3_600_000;
/** Read once: an engine starts with four bundles of them. */
let sources: string | undefined;

/**
 * As bundleFunction, but copied when the same sources were bundled before.
 * @param outdir an empty or new directory @param cache where bundles are kept @returns index.mjs in the directory
 */
export function copyBundle(
  name: FunctionName,
  outdir: string,
  cache: string = join(root, 'node_modules/.cache/edge-scale-out/bundles'),
): string {
  sources ??= hashOfSources();
  const kept = join(cache, `${name}-${sources}`);
  if (existsSync(kept)) utimesSync(kept, new Date(), new Date());
  else keep(name, kept, cache);
  cpSync(kept, outdir, { recursive: true });
  return join(outdir, 'index.mjs');
}

function keep(name: FunctionName, kept: string, cache: string): void {
  mkdirSync(cache, { recursive: true });
  for (const old of readdirSync(cache).map((entry) => join(cache, entry)))
    if (Date.now() - (statSync(old, { throwIfNoEntry: false })?.mtimeMs ?? 0) > keptFor)
      rmSync(old, { recursive: true, force: true });
  const building = mkdtempSync(join(cache, 'building-'));
  bundleFunction(name, building);
  try {
    // At once: another engine finds all of it or nothing.
    renameSync(building, kept);
  } catch (error) {
    rmSync(building, { recursive: true });
    // Another one was faster.
    if (!existsSync(kept)) throw error;
  }
}

/** Of all that can be in a bundle: the config is no part of it. */
function hashOfSources(): string {
  const files = ['functions', 'infra/bundle'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  const modules = files.filter((file) => file.endsWith('.ts') && file !== join('functions', 'config.ts')).toSorted();
  const hash = createHash('sha256');
  for (const file of [...modules, 'package.json', 'node_modules/.package-lock.json'])
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 32);
}
