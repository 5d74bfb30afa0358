import { describe, expect, test } from '@jest/globals';
import { countedNodes, type LeasedNode, leasesAfter } from '../../../functions/domain/decision/leases.ts';
import type { Leases } from '../../../functions/domain/job/purchase.ts';
import { aPolicy, hour, sampleAt as now } from '../../support/samples.ts';

const day = 24 * hour;
const renewing = aPolicy({ worker: { worker_auto_renew: true, worker_auto_renew_period: 1 } });
const node = (of: Partial<LeasedNode> = {}): LeasedNode => ({
  instanceId: 'i-1',
  status: 'NotReady',
  leaseEndsAt: now - 2 * day,
  ...of,
});
const lapse = { id: 'i-1', endedAt: now - 2 * day, since: now - day };
const memory = (of: Partial<Leases> = {}): Leases => ({ at: now - day, lapsed: [lapse], expiring: [], ...of });
const counted = (of: Partial<LeasedNode>, leases: Leases | undefined = memory()) =>
  countedNodes([node(of)], leases, aPolicy(), now).length;
const remembered = (before: Leases | undefined, nodes: readonly LeasedNode[], policy = aPolicy(), at = now) =>
  leasesAfter(before, nodes, policy, { from: at, to: at });

describe('a node whose lease is over', () => {
  test.each(['NotReady', 'Unknown', 'Offline'])(
    'does not count while it is %s, a day after the first reading',
    (status) => {
      expect(counted({ status })).toBe(0);
    },
  );

  test.each<[why: string, of: Partial<LeasedNode>]>([
    ['it is Ready', { status: 'Ready' }],
    ['its status is none of those that the API documents', { status: 'Ready,SchedulingDisabled' }],
    ['the end of its lease is not known', { leaseEndsAt: undefined }],
    ['its lease was renewed', { leaseEndsAt: now + day }],
    ['its lease was renewed, and is over again', { leaseEndsAt: now - hour }],
    ['it has no id', { instanceId: '' }],
    ['it is another node', { instanceId: 'i-2' }],
  ])('counts when %s', (_, of) => {
    expect(counted(of)).toBe(1);
  });

  test('counts until a whole day after the first reading', () => {
    expect(counted({}, memory({ lapsed: [{ ...lapse, since: now - day + 1 }] }))).toBe(1);
  });

  test('counts where nothing is remembered, auto-renewal is on, or the clock of ACK is not known', () => {
    expect(countedNodes([node()], undefined, aPolicy(), now)).toHaveLength(1);
    expect(countedNodes([node()], memory(), renewing, now)).toHaveLength(1);
    expect(countedNodes([node()], memory(), aPolicy(), undefined)).toHaveLength(1);
  });
});

describe('what is remembered of leases that are over', () => {
  test('begins with the first reading that says so, and stays as it began', () => {
    const first = remembered(undefined, [node()]);
    expect(first).toEqual({ at: now, lapsed: [{ ...lapse, since: now }], expiring: [] });
    expect(remembered(first, [node()], aPolicy(), now + hour)).toBeUndefined();
  });

  test('begins at the end of a reading, for what was over at its beginning', () => {
    const reading = { from: now, to: now + hour };
    expect(leasesAfter(undefined, [node()], aPolicy(), reading)?.lapsed).toMatchObject([{ since: now + hour }]);
    expect(leasesAfter(undefined, [node({ leaseEndsAt: now + 1 })], aPolicy(), reading)).toBeUndefined();
  });

  test.each<[why: string, nodes: readonly LeasedNode[]]>([
    ['the node is Ready again', [node({ status: 'Ready' })]],
    ['its lease is renewed', [node({ leaseEndsAt: now + 30 * day })]],
    ['it is not listed', []],
    ['the end of its lease cannot be read', [node({ leaseEndsAt: undefined })]],
  ])('is forgotten when %s', (_, nodes) => {
    expect(remembered(memory(), nodes)).toMatchObject({ at: now, lapsed: [] });
  });

  test('is forgotten while auto-renewal is on: without it, the day begins anew', () => {
    expect(remembered(memory(), [node()], renewing)).toMatchObject({ lapsed: [] });
  });

  test('begins anew with the lease', () => {
    expect(remembered(memory(), [node({ leaseEndsAt: now - 1 })])?.lapsed).toEqual([
      { id: 'i-1', endedAt: now - 1, since: now },
    ]);
  });

  test('is bounded: no more than 200 nodes, those that are known longest first, and no long id', () => {
    const many = Array.from({ length: 300 }, (_, i) => node({ instanceId: `i-${i}` }));
    const lapsed = remembered(memory(), many)?.lapsed ?? [];
    expect(lapsed).toHaveLength(200);
    expect(lapsed[0]).toEqual(lapse);
    expect(remembered(undefined, [node({ instanceId: 'i'.repeat(65) })])).toBeUndefined();
  });

  test('is written with a later instant each time, also when the clock went back', () => {
    expect(remembered(memory({ at: now + hour }), [])?.at).toBe(now + hour + 1);
  });
});

describe('the days on which leases end', () => {
  const midnight = Date.parse('2026-11-20T00:00:00Z');
  const ends = (leaseEndsAt: number, id = 'i-1') => node({ instanceId: id, status: 'Ready', leaseEndsAt });
  const told = (before: Leases | undefined, at: number, nodes: readonly LeasedNode[], policy = aPolicy()) =>
    remembered(before, nodes, policy, at);

  test('are told 7 days and 1 day before the first of their leases, each once for all of them', () => {
    const its = [ends(midnight + 9 * hour, 'i-2'), ends(midnight + 8 * hour), ends(midnight + 12 * day, 'i-3')];
    const first = midnight + 8 * hour;
    expect(told(undefined, first - 7 * day - 1, its)).toBeUndefined();
    const early = told(undefined, first - 7 * day, its);
    const entry = { day: '2026-11-20', days: 7, nodes: 2, endsAt: first, renews: false, at: first - 7 * day };
    expect(early?.expiring).toEqual([entry]);
    expect(told(early, first - day - 1, its)).toBeUndefined();
    const late = told(early, first - day, its);
    expect(late?.expiring).toEqual([{ ...entry, days: 1, at: first - day }]);
    expect(told(late, first - 1, its)).toBeUndefined();
  });

  test('are told at once where less is left when they are seen first', () => {
    expect(told(undefined, midnight - 3 * day, [ends(midnight)])?.expiring).toMatchObject([{ days: 7 }]);
    expect(told(undefined, midnight - hour, [ends(midnight)])?.expiring).toMatchObject([{ days: 1 }]);
  });

  test('are not told again when a node is not listed for once', () => {
    const first = told(undefined, midnight - 3 * day, [ends(midnight)]);
    expect(told(first, midnight - 2 * day, [])).toBeUndefined();
    expect(told(first, midnight - 2 * day, [ends(midnight)])).toBeUndefined();
  });

  test('are forgotten once they are over, and do not count what is over', () => {
    const first = told(undefined, midnight - hour, [ends(midnight)]);
    expect(told(first, midnight + day - 1, [ends(midnight)])).toBeUndefined();
    expect(told(first, midnight + day, [ends(midnight)])?.expiring).toEqual([]);
    expect(told(undefined, midnight, [ends(midnight)])).toBeUndefined();
  });

  test('say whether auto-renewal is on', () => {
    expect(told(undefined, midnight - hour, [ends(midnight)], renewing)?.expiring).toMatchObject([{ renews: true }]);
  });
});
