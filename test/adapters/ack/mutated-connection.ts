// One scenario with an edit of the source, in a process of its own: node mutated-connection.ts EDIT SCENARIO.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { mutate } from '../../simulation/mutants.ts';

const [, , edit = '', name = ''] = process.argv;
const { file, find, replace } = JSON.parse(edit) as Readonly<Record<'file' | 'find' | 'replace', string>>;
const edited = new URL(`../../../functions/${file}`, import.meta.url).href;

registerHooks({
  load(url, context, nextLoad) {
    if (url !== edited) return nextLoad(url, context);
    const source = mutate(readFileSync(fileURLToPath(url), 'utf8'), { file, find, replace });
    return { format: 'module-typescript', source, shortCircuit: true };
  },
});

const { scenarios } = await import('./purchase-connections.ts');
console.log(JSON.stringify(await scenarios[name as keyof typeof scenarios]()));
// A mistake may leave a connection open.
process.exit();
