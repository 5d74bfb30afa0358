// The command: where it may act, and what it prints.
import { expect, test } from '@jest/globals';
import { expectWrongUsage } from '../cli/run.ts';
import { startStandIns } from '../cli/stand-ins.ts';

const parts = await startStandIns();

test.each([
  ['', false],
  [' --write', true],
])('console --json%s prints a URL of this machine, and ends when it was idle', async (flags, write) => {
  const { code, stdout } = await parts.run(`console --json --idle 0s${flags}`);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/),
    write,
  });
});

test('an idle time that is no time is wrong usage', async () => {
  expectWrongUsage(await parts.run('console --idle soon'), 'Use 90s, 30m, 12h or 7d');
});
