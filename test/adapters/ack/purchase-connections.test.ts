import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, jest, test } from '@jest/globals';
import { type ScenarioName, scenarios } from './purchase-connections.ts';

jest.setTimeout(120_000);

/** The outcome, and how many requests came over each connection. */
const expected: Readonly<Record<ScenarioName, readonly unknown[]>> = {
  'goes over the connection that was opened for it': ['accepted', [1]],
  'waits for the handshake of its connection': ['accepted', [1]],
  'is in doubt when its connection was up before and resets after the request': ['ambiguous', [1]],
  'is in doubt when a new connection resets after the request': ['ambiguous', [1]],
  'takes a new connection when that is four seconds old by the wall clock': ['accepted', [0, 1]],
  'takes a new connection when that is four seconds old by the monotonic clock': ['accepted', [0, 1]],
  'takes a new connection when the wall clock was set back': ['accepted', [0, 1]],
  'takes that which is just not too old': ['accepted', [1]],
  'never shares its connection with another purchase': ['accepted', 'accepted', 'accepted', [1, 1, 1]],
  'never takes the connection of a read, nor a read that of a purchase': ['running', 'running', 'accepted', [1, 2]],
  'takes a new connection when the server has ended the first': ['accepted', [0, 1]],
  'takes a new connection when the server has said something before': ['running', 'accepted', [0, 1, 1]],
  'has left nothing behind that was not used': ['accepted', true, [0, 1]],
  'is proven unsent where neither connection comes up': ['refused-unexecuted', []],
  'is never repeated, also when a read just was': ['running', 'running', 'ambiguous', [2, 1, 1]],
  'lets a read fail that fails on a new connection as well': ['running', 'failed', [2, 1]],
};

test.each(Object.keys(scenarios) as ScenarioName[])('a purchase %s', async (name) => {
  expect(await scenarios[name]()).toEqual(expected[name]);
});

interface Mutant {
  readonly name: string;
  readonly file: 'early-connection.ts' | 'http-transport.ts' | 'client.ts';
  readonly find: string;
  readonly replace: string;
  /** The scenario that must show it. */
  readonly shownBy: ScenarioName;
}

const mutants: readonly Mutant[] = [
  {
    name: 'what a connection carried is forgotten',
    file: 'http-transport.ts',
    find: 'opened?.isUsed() || wasConnected(error, url)',
    replace: 'wasConnected(error, url)',
    shownBy: 'is in doubt when its connection was up before and resets after the request',
  },
  {
    name: 'a connection tells of its use too late',
    file: 'early-connection.ts',
    find: 'isUsed: () => isUsed,',
    replace: 'isUsed: () => isUsed && !socket.destroyed,',
    shownBy: 'is in doubt when its connection was up before and resets after the request',
  },
  {
    name: 'only the monotonic clock',
    file: 'early-connection.ts',
    find: '[wall() - wallThen, monotonic() - monotonicThen]',
    replace: '[monotonic() - monotonicThen]',
    shownBy: 'takes a new connection when that is four seconds old by the wall clock',
  },
  {
    name: 'only the wall clock',
    file: 'early-connection.ts',
    find: '[wall() - wallThen, monotonic() - monotonicThen]',
    replace: '[wall() - wallThen]',
    shownBy: 'takes a new connection when that is four seconds old by the monotonic clock',
  },
  {
    name: 'a negative age is young',
    file: 'early-connection.ts',
    find: 'ages.every((age) => age >= 0)',
    replace: 'ages.every((age) => age >= -1e9)',
    shownBy: 'takes a new connection when the wall clock was set back',
  },
  {
    name: 'purchases over kept connections',
    file: 'http-transport.ts',
    find: "const keeps = method === 'GET' && !request.fresh;",
    replace: 'const keeps = !request.fresh && !opened;',
    shownBy: 'never shares its connection with another purchase',
  },
  {
    name: 'a purchase is repeated',
    file: 'client.ts',
    find: 'return classifyResponse(await exchange(request, region, secrets));',
    replace: `const first = await exchange(request, region, secrets);
    return classifyResponse(first.kind === 'failure' ? await exchange(request, region, secrets) : first);`,
    shownBy: 'is never repeated, also when a read just was',
  },
  {
    name: 'what ended is used',
    file: 'early-connection.ts',
    find: "socket.on('data', giveUp).on('end', giveUp);",
    replace: "socket.on('data', () => undefined);",
    shownBy: 'takes a new connection when the server has said something before',
  },
  {
    name: 'the unused stays',
    file: 'early-connection.ts',
    find: 'if (!isUsed) socket.destroy();',
    replace: '',
    shownBy: 'has left nothing behind that was not used',
  },
];

const probe = fileURLToPath(new URL('./mutated-connection.ts', import.meta.url));

test.each(mutants)('a mistake is caught: $name', ({ file, find, replace, shownBy }) => {
  const edit = JSON.stringify({ file: `adapters/ack/${file}`, find, replace });
  const { stdout, stderr } = spawnSync(process.execPath, [probe, edit, shownBy], { encoding: 'utf8', timeout: 60_000 });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).not.toEqual(expected[shownBy]);
});
