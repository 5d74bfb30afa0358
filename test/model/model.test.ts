// The short form of the model. `npm run model` explores all of it, and test/RESULTS.md has what that showed.
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { mutantNames } from './mutant-names.ts';
import { type Row, runTable, table } from './run-table.ts';

const longEnough = 5 * 60_000;

/** As a process: under jest's module loader the same states take far longer. */
function model(...args: readonly string[]): { readonly code: number | null; readonly out: string } {
  const { status, stdout } = spawnSync(process.execPath, ['test/model/model.ts', ...args], { encoding: 'utf8' });
  return { code: status, out: stdout };
}

const rowsOf = (out: string): readonly Row[] =>
  (JSON.parse(out.trim().split('\n').at(-1) ?? '') as { rows: readonly Row[] }).rows;

test(
  'the quick configurations hold, and the quick mutants are found',
  () => {
    const { code, out } = model('--quick', '--json');
    const quick = table.filter((entry) => entry.quick);
    const verdicts = rowsOf(out).map(({ kind, name, violation }) => [kind, name, violation !== undefined]);
    expect(verdicts).toEqual(quick.map(({ kind, name }) => [kind, name, kind === 'mutant']));
    expect(new Set(quick.map(({ kind }) => kind))).toEqual(new Set(['configuration', 'mutant']));
    expect(code).toBe(0);
  },
  longEnough,
);

test(
  'a mutant is printed with its trace',
  () => {
    const { code, out } = model('--only', 'PAUSE without version', '--trace');
    expect(out).toMatch(/person: PAUSE\n(.*\n)*? +ARM job 0\n/);
    expect(code).toBe(0);
  },
  longEnough,
);

test('a violation that is not expected is a surprise, and so is one that does not come', () => {
  const [sound] = table.filter(({ name }) => name === 'one job');
  const [mistaken] = table.filter(({ name }) => name === 'PAUSE without version');
  if (!sound || !mistaken) throw new Error('the table has other names');
  const rows = runTable(
    [
      { ...mistaken, kind: 'configuration' },
      { ...sound, kind: 'mutant' },
    ],
    { onProgress: () => undefined, onRow: () => undefined },
  );
  expect(rows.map(({ expected }) => expected)).toEqual([false, false]);
  expect(rows[0]?.violation).toBe('armed while paused');
  expect(rows[1]?.violation).toBeUndefined();
});

test('every mistake that the steps can make is in the table', () => {
  const inTable = table.flatMap(({ options }) => (options.mutant ? [options.mutant] : []));
  expect([...new Set(inTable)].toSorted()).toEqual([...mutantNames].toSorted());
});
