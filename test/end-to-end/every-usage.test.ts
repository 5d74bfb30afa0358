// Each command's help, and one wrong way to call each, beside the whole engine: a new command needs a line here.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { configOf } from '../cli/support.ts';
import { aPolicy } from '../support/samples.ts';
import { type Person, startPerson } from './person.ts';

jest.setTimeout(120_000);

/** By command: what is wrong with it, and what the one line about it says. */
const wrong: Readonly<Record<string, readonly [args: readonly string[], says: RegExp]>> = {
  enqueue: [['--cluster', 'edge', '--add', 'two'], / add: "two" is not allowed; use a whole number from 1 /],
  show: [[], /^error: missing required argument 'key'; see npx scale-out show --help$/],
  list: [['--state', 'lost'], /--state.*lost.*accepted/],
  clusters: [['edge'], /^error: too many arguments.*; see npx scale-out clusters --help$/],
  pause: [['nowhere', '--reason', 'x'], /nowhere.*edge/],
  resume: [['edge'], /^error: required option '--reason <text>' not specified; see npx scale-out resume --help$/],
  resolve: [['launch-1', '--reason', 'x'], /--accepted TASK.*--abandon, --abandon-and-ask-again/],
  'dlq list': [['--all'], /^error: unknown option '--all'; see npx scale-out dlq list --help$/],
  'dlq show': [[], /^error: missing required argument 'id'; see npx scale-out dlq show --help$/],
  'dlq redrive': [[], /^error: no dead letter is named; give an ID or --all$/],
  'dlq drop': [['3f2a91c0'], /^error: --yes: missing; .*npx scale-out dlq show 3f2a91c0$/],
  'secrets set': [['login', 'Secret-On-The-Line-1'], /^error: value: other users and the shell history/],
  'event-schema': [['x'], /^error: too many arguments/],
  check: [['x'], /^error: too many arguments/],
  doctor: [['--fix'], /^error: unknown option '--fix'; see npx scale-out doctor --help$/],
};

let person: Person;
beforeAll(async () => {
  person = await startPerson(configOf({ edge: aPolicy() }), {});
});
afterAll(() => person?.leave());

/** The commands that a help lists. */
async function commandsIn(...group: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await person.run([...group, '--help']);
  const [, list = ''] = stdout.split('\nCommands:\n');
  const names = list.split('\n\n')[0]?.matchAll(/^ {2}(\S+)/gm) ?? [];
  return [...names].flatMap(([, name = '']) => (name === 'help' ? [] : [name]));
}

test('every command is tried here', async () => {
  const groups = ['dlq', 'secrets'];
  const single = (await commandsIn()).filter((name) => !groups.includes(name));
  const grouped = await Promise.all(
    groups.map(async (group) => (await commandsIn(group)).map((name) => `${group} ${name}`)),
  );
  expect([...single, ...grouped.flat()].toSorted()).toEqual(Object.keys(wrong).toSorted());
});

test.each(Object.keys(wrong))('%s --help shows an example', async (command) => {
  const { code, stdout, stderr } = await person.run([...command.split(' '), '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`\nExamples:\n.*npx scale-out ${command}`, 's'));
});

test.each(Object.entries(wrong))(
  '%s says in one line what is wrong, and ends with 2',
  async (command, [args, says]) => {
    const { code, stderr } = await person.run([...command.split(' '), ...args]);
    expect({ code, lines: stderr.trimEnd().split('\n') }).toEqual({ code: 2, lines: [expect.stringMatching(says)] });
  },
);
