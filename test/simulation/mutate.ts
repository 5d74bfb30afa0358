// Loaded before a simulation process (node --import), this edits the source of functions/ as a mutant says.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { editsOf, mutants, mutate } from './mutants.ts';

const wanted = process.env['SIMULATION_MUTANT'];
const mutant = mutants.find(({ name }) => name === wanted);
if (!mutant) throw new Error(`no mutant is called ${wanted}`);
// Both edits of a mutant may be of one file.
const edits = Map.groupBy(editsOf(mutant), ({ file }) => new URL(`../../functions/${file}`, import.meta.url).href);

registerHooks({
  load(url, context, nextLoad) {
    const its = edits.get(url);
    if (!its) return nextLoad(url, context);
    const source = its.reduce(mutate, readFileSync(fileURLToPath(url), 'utf8'));
    return { format: 'module-typescript', source, shortCircuit: true };
  },
});
