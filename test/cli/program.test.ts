import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createProject, execute, type Project } from './support.ts';

jest.setTimeout(60_000);

let project: Project;
beforeAll(() => {
  project = createProject();
});
afterAll(() => project.remove());

const commands = [
  'enqueue',
  'show',
  'list',
  'clusters',
  'pause',
  'resume',
  'resolve',
  'dlq',
  'secrets',
  'event-schema',
  'check',
  'doctor',
];
/** Those that do something: a group of commands only has a help. */
const doers = [
  ...commands.filter((command) => command !== 'dlq' && command !== 'secrets'),
  ...['list', 'show', 'redrive', 'drop'].map((command) => `dlq ${command}`),
  'secrets set',
];
const { version, bin } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

test('the bin of the package is a program of its own, run by the first node on the PATH', async () => {
  const file = join(project.directory, bin['scale-out']);
  expect(await execute(file, ['--version'], { PATH: dirname(process.execPath) })).toEqual({
    code: 0,
    stdout: `${version}\n`,
    stderr: '',
  });
});

describe('--help', () => {
  test('names every command and shows examples', async () => {
    const { code, stdout, stderr } = await project.run(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(stdout).toMatch(/\nExamples:\n {2}npx scale-out /);
  });

  test.each(doers)('of %s shows its examples, --json and where it can work', async (command) => {
    const { code, stdout, stderr } = await project.run([...command.split(' '), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: npx scale-out ${command}`);
    expect(stdout).toContain(`\nExamples:\n  npx scale-out ${command}`);
    for (const option of ['--json', '--stack <name>', '--queue-url <url>', '--table <name>', '--profile', '--region'])
      expect(stdout).toContain(option);
  });
});

test.each([['enqueue'], ['dlq', 'redrive']])('help for %s shows what --help does', async (...command) => {
  expect(await project.run(['help', ...command])).toEqual(await project.run([...command, '--help']));
});

describe('wrong usage', () => {
  test('without a command shows the help, on standard error', async () => {
    const { code, stdout, stderr } = await project.run([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: npx scale-out/);
  });

  test.each<[string, string[], string]>([
    ['an unknown command', ['shw'], "unknown command 'shw' (Did you mean show?); see npx scale-out --help"],
    [
      'an unknown option',
      ['--stak', 'x', 'check'],
      "unknown option '--stak' (Did you mean --stack?); see npx scale-out",
    ],
    ['an empty --stack', ['--stack', '', 'check'], "option '--stack <name>' argument '' is invalid. It is empty; give"],
    ['an empty --queue-url', ['check', '--queue-url', ' '], "option '--queue-url <url>' argument ' ' is invalid"],
    [
      'an argument of check',
      ['check', 'all'],
      "too many arguments for 'check'. Expected 0 arguments but got 1: all; see",
    ],
    [
      'a key that no job can have',
      ['show', 'k'.repeat(2001)],
      'It has 2001 bytes; no key has more than 2000; see npx scale-out show',
    ],
  ])('such as %s is told in one line', async (_what, args, expected) => {
    const { code, stdout, stderr } = await project.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toContain(expected);
  });
});

test('colours appear where they are wanted, and nowhere else', async () => {
  const escapeCharacter = String.fromCharCode(27);
  expect((await project.run(['check'])).stdout).not.toContain(escapeCharacter);
  expect((await project.run(['check'], { FORCE_COLOR: '1' })).stdout).toContain(
    `${escapeCharacter}[32mfunctions/config.ts is fine.`,
  );
});

test('an output that cannot be written is told in one line', async () => {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [project.bin, 'event-schema'], { stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  const [stderr, [code]] = await Promise.all([text(child.stderr as Readable), once(child, 'close')]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'error: the output cannot be written (ENOSPC); the command may have done its work\n',
  });
});

test('a reader who has seen enough is no failure', async () => {
  const child = spawn(process.execPath, [project.bin, 'event-schema'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
