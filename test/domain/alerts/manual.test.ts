import { describe, expect, test } from '@jest/globals';
import { fixture, jobOf, parse, poison } from '../../fixtures/alerts/alert-fixtures.ts';

const request = {
  version: 1,
  kind: 'manual',
  key: 'k1',
  cluster: 'edge-beijing',
  add: 2,
  requestedBy: 'wei',
  requestedAt: '2026-03-02T08:00:00Z',
};
const body = (change = {}): string => JSON.stringify({ ...request, ...change });

describe('a manual job', () => {
  test("keeps the person's key, words and name", () => {
    expect(jobOf(fixture('manual/add.json'))).toEqual({
      key: 'manual/edge-beijing/launch-2026-03-02',
      cluster: 'edge-beijing',
      source: 'manual',
      intent: { kind: 'add', nodes: 2 },
      payload: 'add 2',
      reason: 'product launch',
      requestedBy: 'wei@example.org',
      occurredAt: Date.UTC(2026, 2, 2, 8),
    });
  });

  test('is another payload as a dry run, so that the drill does not stand for the purchase', () => {
    expect(jobOf(fixture('manual/reach-dry-run.json'))).toMatchObject({
      payload: 'reach 10 (dry run)',
      dryRun: true,
      reason: 'asked for by cli:lin',
    });
    expect(jobOf(body({ dryRun: false })).payload).toBe('add 2');
  });

  test('may have null for what it does not say', () => {
    expect(jobOf(body({ reach: null, reason: null, dryRun: null }))).toEqual(jobOf(body()));
  });

  test('of 1 and of 1000 nodes is allowed', () => {
    for (const add of [1, 1000]) expect(jobOf(body({ add })).intent).toEqual({ kind: 'add', nodes: add });
  });
});

describe('a manual job that cannot be used', () => {
  test('lists every wrong field at once, and shows no value of a field that is not known', () => {
    const parsed = parse(fixture('manual/everything-wrong.json'));
    expect(parsed).toMatchObject({ kind: 'poison', reason: 'invalid-field' });
    for (const part of [
      'cluster: 7 is not allowed; use the name of a cluster',
      'key: "has spaces" is not allowed; use 1 to 128 of A-Z',
      'requestedBy: "" is not allowed; use the name of who asks',
      'requestedAt: "tomorrow" is not allowed; use an ISO 8601 instant',
      'dryRun: "yes" is not allowed; use true or false',
      'ad: not known; remove it or correct its name',
      'login_password: not known',
      'add: missing; give add or reach, one of them',
    ])
      expect(parsed).toHaveProperty('detail', expect.stringContaining(part));
    expect(JSON.stringify(parsed)).not.toContain('Hunter2');
  });

  test.each([
    [{ add: 0 }, 'add: 0'],
    [{ add: 1001 }, 'add: 1001'],
    [{ add: 2.5 }, 'add: 2.5'],
    [{ add: '2' }, 'add: "2"'],
    [{ add: null }, 'add: missing; give add or reach'],
    [{ reach: 4 }, 'give add or reach, one of them'],
    [{ key: '' }, 'key: ""'],
    [{ key: 'k'.repeat(129) }, 'key: "kkk'],
    [{ reason: 'r'.repeat(501) }, 'use at most 500 characters'],
    [{ requestedAt: '2026-03-02' }, 'requestedAt: "2026-03-02"'],
    [{ requestedBy: undefined }, 'requestedBy: missing'],
  ])('with %j names the field', (change, detail) => {
    expect(parse(body(change))).toEqual(poison('invalid-field', expect.stringContaining(detail)));
  });

  test('with a reason whose length cannot be compared is poison, too (found by the fuzzer, seed 1, run 481210)', () => {
    expect(parse(body({ reason: { length: { toString: 1, valueOf: 1 } } }))).toEqual(
      poison('invalid-field', expect.stringContaining('reason: an object is not allowed; use at most 500 characters')),
    );
  });

  test('of a later version is not looked into', () => {
    expect(parse(fixture('manual/later-version.json'))).toEqual(
      poison('unknown-version', 'version: 2 is not supported; use 1'),
    );
    expect(parse(body({ version: [] }))).toHaveProperty('detail', 'version: what is given is not supported; use 1');
  });

  test('names a cluster that is not configured', () => {
    expect(parse(fixture('manual/unknown-cluster.json'))).toEqual(
      poison('unknown-cluster', 'cluster: "edge-lyon" is not in the config; use edge-beijing or edge-shanghai'),
    );
  });

  test('does not buy for another cluster than that of the webhook it came over', () => {
    expect(jobOf(body(), { cluster: 'edge-beijing' }).cluster).toBe('edge-beijing');
    expect(parse(body(), { cluster: 'edge-shanghai' })).toEqual(
      poison(
        'invalid-field',
        expect.stringContaining('edge-beijing is not the cluster of this webhook; use edge-shanghai'),
      ),
    );
  });
});
