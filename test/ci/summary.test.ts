// What CI reads from the output of the tests, which it runs as in a terminal.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const summary = join(import.meta.dirname, '../../.ci/summary');
const read = (input: string) => spawnSync('bash', [summary], { input, encoding: 'utf8' });

const esc = '\u001b';
/** The lines as jest prints them in a terminal, where they are repeated while the tests run. */
const block = (tests: string, seconds: number) =>
  [
    `${esc}[1mTest Suites: ${esc}[22m${esc}[1m${esc}[32m2 passed${esc}[39m${esc}[22m, 2 total`,
    `${esc}[1mTests:       ${esc}[22m${tests}`,
    `${esc}[1mSnapshots:   ${esc}[22m0 total`,
    `${esc}[1mTime:${esc}[22m        ${seconds} s`,
  ].join('\r\n');
const passed = (count: number) => `${esc}[1m${esc}[32m${count} passed${esc}[39m${esc}[22m, ${count} total`;
const live = `${esc}[?2026h${esc}[K${esc}[1A${block(passed(3), 1)}\r\n${esc}[K${esc}[1A${esc}[?2026l`;

describe('the summary of the tests', () => {
  test('is that of the end, in plain lines, with what passed in the last one', () => {
    const { status, stdout } = read(
      `${live}${live}\r${esc}[0m PASS ${esc}[0m a.test.ts\r\n\r\n${block(passed(12), 34)}\r\n`,
    );
    expect(stdout.split('\n')).toEqual([
      'Test Suites: 2 passed, 2 total',
      'Tests:       12 passed, 12 total',
      'Snapshots:   0 total',
      'Time:        34 s',
      '12 passed, 0 failed',
      '',
    ]);
    expect(status).toBe(0);
  });

  test.each([
    ['a test failed', block('1 failed, 11 passed, 12 total', 34), '11 passed, 1 failed'],
    ['none passed', block('0 total', 1), '0 passed, 0 failed'],
    ['there is none', 'error TS2322: no test ran\n', '0 passed, 0 failed'],
  ])('says so, and is a failure, when %s', (_, printed, last) => {
    const { status, stdout } = read(printed);
    expect({ status, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({ status: 1, last });
  });
});
