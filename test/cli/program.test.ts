import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { aVerdict } from '../support/samples.ts';
import { expectSuccess, run, testWrongUsage } from './run.ts';
import { startStandIns } from './stand-ins.ts';
import { createProject, execute } from './support.ts';

const project = createProject();
const parts = await startStandIns();

const names =
  'enqueue show list clusters console pause resume resolve dlq secrets event-schema init check backtest doctor';
const commands = names.split(' ');
/** Those that do something: a group of commands only has a help. */
const doers = [
  ...commands.filter((command) => command !== 'dlq' && command !== 'secrets'),
  ...['list', 'show', 'redrive', 'drop'].map((command) => `dlq ${command}`),
  'secrets set',
];
const { version, bin } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

const escapeCharacter = String.fromCharCode(27);

test('the bin of the package is a program of its own, run by the first node on the PATH', async () => {
  const file = join(project.directory, bin['scale-out']);
  expect(await execute(file, ['--version'], { PATH: dirname(process.execPath) })).toEqual({
    code: 0,
    stdout: `${version}\n`,
    stderr: '',
  });
});

describe('--help', () => {
  test.each([
    ['', commands],
    ['dlq ', ['list', 'show', 'redrive', 'drop']],
    ['secrets ', ['set']],
  ])('of %j names every command, each tried here, and shows examples', async (group, names) => {
    const outcome = await run(`${group}--help`);
    expectSuccess(outcome);
    const [, list = ''] = outcome.stdout.split('\nCommands:\n');
    const listed = list.split('\n\n')[0]?.matchAll(/^ {2}(\S+)/gm) ?? [];
    expect([...listed].map(([, name]) => name)).toEqual([...names, 'help']);
    expect(outcome.stdout).toMatch(/\nExamples:\n {2}npx scale-out /);
  });

  test.each(doers)('of %s shows its examples, --json and where it can work', async (command) => {
    const outcome = await run(`${command} --help`);
    expectSuccess(outcome);
    const { stdout } = outcome;
    expect(stdout).toContain(`Usage: npx scale-out ${command}`);
    expect(stdout).toContain(`\nExamples:\n  npx scale-out ${command}`);
    for (const option of ['--json', '--stack <name>', '--queue-url <url>', '--table <name>', '--profile', '--region'])
      expect(stdout).toContain(option);
  });
});

test.each(['enqueue', 'dlq redrive'])('help for %s shows what --help does', async (command) => {
  expect(await run(`help ${command}`)).toEqual(await run(`${command} --help`));
});

test('without a command it shows the help, on standard error', async () => {
  const { code, stdout, stderr } = await run('');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^Usage: npx scale-out/);
});

testWrongUsage({}, [
  ['help for no command', 'help nonsense', "unknown command 'nonsense'"],
  ['help for no command of a group', 'help dlq nonsense', "unknown command 'nonsense'"],
  ['an unknown command', 'shw', "unknown command 'shw' (Did you mean show?); see npx scale-out --help"],
  ['an unknown option', '--stak x check', "unknown option '--stak' (Did you mean --stack?); see npx scale-out"],
  ['an empty --stack', "--stack '' check", "option '--stack <name>' argument '' is invalid. It is empty; give"],
  ['an empty --queue-url', "check --queue-url ' '", "option '--queue-url <url>' argument ' ' is invalid"],
  ['an argument of check', 'check all', "too many arguments for 'check'. Expected 0 arguments but got 1: all; see"],
  [
    'a key that no job can have',
    `show ${'k'.repeat(2001)}`,
    'It has 2001 bytes; no key has more than 2000; see npx scale-out show',
  ],
]);

describe('as a process of its own', () => {
  test.each<[string, number, string, string]>([
    ['enqueue --cluster edge-beijing --add 1 --key k', 0, '\nAsked for 1 more node in edge-beijing.\n', ''],
    ['show bought', 0, '\nbought: 3 nodes\n', ''],
    ['list', 0, ' manual/edge-beijing/bought\n', ''],
    ['clusters', 0, '\n  nodes     4, all Ready', ''],
    ['pause edge-beijing --reason r', 0, '\nedge-beijing buys nothing until it is resumed.\n', ''],
    ['resume edge-beijing --reason r', 0, '\nedge-beijing buys again. It was paused by ', ''],
    [
      'resolve bought --abandon --reason r',
      1,
      'Using the local engine',
      'error: manual/edge-beijing/bought: it is already settled',
    ],
    ['console --no-open --idle 0s', 0, '\nOpen http://127.0.0.1:', ''],
    ['dlq list', 0, '\nThere are no dead letters.\n', ''],
    ['secrets set login --local', 0, '\nStored the login password of new nodes in edge/login.\n', ''],
    ['event-schema', 0, '"$schema"', ''],
    ['check', 0, 'functions/config.ts is fine.\n', ''],
    ['doctor', 0, '\nok  table  ', ''],
    ['shw', 2, '', "error: unknown command 'shw'"],
  ])('%s ends with %i, and with no colour in its output', async (line, code, printed, failure) => {
    const { ledger } = parts;
    await ledger.copy('edge-beijing', 'manual/edge-beijing/bought', aVerdict());
    const paused = { by: 'ana', reason: 'the bill', at: Date.now() };
    await ledger.pause(await ledger.readCluster('edge-beijing'), line.startsWith('resume') ? paused : undefined);
    const outcome = await project.run(line.split(' '), parts.engine, 'aA1-login-password');
    expect(outcome).toEqual({
      code,
      stdout: expect.stringContaining(printed),
      stderr: failure === '' ? '' : expect.stringContaining(failure),
    });
    expect(outcome.stdout + outcome.stderr).not.toContain(escapeCharacter);
  });
});

test('colours appear where they are wanted', async () => {
  const { stdout } = await project.run(['check'], { FORCE_COLOR: '1' });
  expect(stdout).toContain(`${escapeCharacter}[32mfunctions/config.ts is fine.`);
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
