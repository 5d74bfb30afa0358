// The drills of infra/RUNBOOK.md, typed as they stand there beside an engine: each ends as the runbook says.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execute } from '../cli/support.ts';
import { blocksIn, documentAt } from '../docs/documents.ts';
import { type Person, startPerson } from './person.ts';

jest.setTimeout(120_000);

let person: Person;
beforeAll(async () => {
  const example = readFileSync(resolve(import.meta.dirname, '../../functions/config.ts'), 'utf8');
  person = await startPerson(example, {
    reconcileEveryMs: 250,
    simulator: { taskDurationMs: 1, nodeJoinMs: 0, listLagMs: 0 },
  });
});
afterAll(() => person?.leave());

/** What each drill leads to: a line of a function's log. */
const endings: readonly (readonly string[])[] = [
  ['"announced"', '"state":"bought"', 'drill-found'],
  ['"announced"', '"state":"parked"', 'drill-parked'],
  ['"announced"', '"state":"rejected"', 'drill-refused'],
  ['"announced"', '"state":"failed"', 'drill-failed'],
  ['"Deferrals":1'],
];
const drills = blocksIn(documentAt('infra/RUNBOOK.md'), 'Drills');

test('each drill has an ending', () => {
  expect(drills).toHaveLength(endings.length + 1);
});

test.each(endings.map((ending, at) => ({ ending, drill: drills[at]?.text ?? '' })))(
  '$ending',
  async ({ ending, drill }) => {
    // What a person does comes once there is something to do.
    const [first = '', then = ''] = drill.split(/^(?=npx scale-out resolve )/m);
    const printed = await type(first);
    await person.printedLine((line) => ending.every((part) => line.includes(part)));
    if (then !== '') await type(then.replace('TASK_ID', taskIn(printed)));
  },
);

test('no message of a drill is a dead letter', async () => {
  expect(await type(drills.at(-1)?.text ?? '')).toContain('There are no dead letters.');
});

/** The task that a person takes: in the last line that has one. */
const taskIn = (printed: string): string => [...printed.matchAll(/"taskId":"([^"]+)"/g)].at(-1)?.[1] ?? '';

/** As bash runs it, with the commands of this project in place of npx. */
async function type(block: string): Promise<string> {
  const shim = `npx() { shift; "${process.execPath}" "${person.command}" "$@"; }\nset -e\n`;
  const { code, stdout, stderr } = await execute(
    'bash',
    ['-c', shim + block],
    { ...person.environment, ACK: person.engine.info.endpoints.ack, PATH: process.env['PATH'] ?? '' },
    '',
  );
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout;
}
