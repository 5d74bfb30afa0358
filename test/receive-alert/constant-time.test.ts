import { expect, jest, test } from '@jest/globals';

// A built-in module hands out its exports when it is first imported: the listener must be there before.
const compare = jest.spyOn(process.getBuiltinModule('node:crypto'), 'timingSafeEqual');
const { authenticate } = await import('../../functions/receive-alert/authenticate.ts');
const { aRequest, basic, current, group, previous, signed, startAt, stranger } = await import('./support.ts');

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test.each<[string, Readonly<Record<string, string>>]>([
  ['the first token', bearer(current)],
  ['the second token', bearer(previous)],
  ['the token of somebody else', bearer(stranger)],
  ['a token of one character', bearer('x')],
  ['a token of ten thousand characters', bearer('x'.repeat(10_000))],
  ['an empty token', bearer('')],
  ['a password', { authorization: basic('grafana', stranger) }],
  ['a signature', { authorization: '', ...signed(group, previous, startAt) }],
  ['a forged signature', { authorization: '', ...signed(group, stranger, startAt) }],
])('compares digests of equal length, with each of the tokens, for %s', (_, headers) => {
  compare.mockClear();
  const tokens = [{ token: current, clusters: ['edge-one'] }, { token: previous }];
  authenticate(aRequest({ headers }), { source: 'grafana' }, { tokens, configured: [], now: startAt });
  expect(compare.mock.calls.map((pair) => pair.map(({ byteLength }) => byteLength))).toEqual([
    [32, 32],
    [32, 32],
  ]);
});
