// Loaded before a simulation process (node --import), this edits the source of functions/ as a mutant says.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { editsOf, mutants, mutate } from './mutants.ts';

const wanted = process.env['SIMULATION_MUTANT'];
const mutant = mutants.find(({ name }) => name === wanted);
if (!mutant) throw new Error(`no mutant is called ${wanted}`);
const edits = new Map(
  editsOf(mutant).map((edit) => [new URL(`../../functions/${edit.file}`, import.meta.url).href, edit]),
);

registerHooks({
  load(url, context, nextLoad) {
    const edit = edits.get(url);
    if (!edit) return nextLoad(url, context);
    const source = mutate(readFileSync(fileURLToPath(url), 'utf8'), edit);
    return { format: 'module-typescript', source, shortCircuit: true };
  },
});
