import { describe, expect, test } from '@jest/globals';
import type { Purchase } from '../../functions/backtest/world/ack/scale-out.ts';
import type { Cluster, Verdict } from '../../functions/domain/job/purchase.ts';
import { aCluster, aPurchase, aVerdict, sampleAt } from '../support/samples.ts';
import { audit } from './audit.ts';
import type { Books } from './books.ts';

const key = 'manual/edge/sale-1';
const window = '2026-11-11';
const month = '2026-11';

const aSale = (of: Partial<Purchase> = {}): Purchase => ({
  taskId: 'T-1',
  clusterId: 'C1',
  count: 3,
  nodesGot: 3,
  at: sampleAt,
  nonce: 'nonce-1',
  requestId: 'R-1',
  by: 'api',
  ...of,
});

const clusterItem = (of: Partial<Cluster> = {}) => {
  const { name, ...item } = aCluster({ window, month, used: 3, ...of });
  return { pk: `CLUSTER#${name}`, ...item };
};
const jobItem = (of: Partial<Omit<Verdict, 'outcome'>> & { outcome?: string } = {}) => ({
  pk: `JOB#${key}`,
  key,
  cluster: 'edge',
  ...aVerdict(),
  ...of,
});

/** One job that was asked for, and bought, and a message that no one could read. */
const books = (of: Partial<Books> = {}): Books => ({
  asked: new Map([[key, new Set(['add 3'])]]),
  poison: new Set(['?']),
  purchases: [aSale()],
  items: [clusterItem(), jobItem()],
  waiting: [],
  deadLetters: [{ body: '?', jobs: [] }],
  nameOf: (id) => (id === 'C1' ? 'edge' : undefined),
  ...of,
});
const violations = (of: Partial<Books>) => audit(books(of)).violations;

describe('books that agree', () => {
  test('have no violation, and one ending for each job', () => {
    const findings = audit(books());
    expect(findings.violations).toEqual([]);
    expect(findings.endings).toMatchObject({ accepted: 1, parked: 0, deadLettered: 0 });
    expect(findings.sold).toEqual({ purchases: 1, nodes: 3 });
    expect(findings.recorded).toEqual(findings.sold);
  });

  test('may leave a purchase parked, whether it was bought or not', () => {
    const items = [clusterItem({ purchase: aPurchase({ phase: 'parked' }) })];
    for (const purchases of [[aSale()], []]) {
      const findings = audit(books({ items, purchases }));
      expect(findings.violations).toEqual([]);
      expect(findings.endings.parked).toBe(1);
    }
  });

  test('do not care what others bought in the console', () => {
    expect(violations({ purchases: [aSale(), aSale({ taskId: 'T-2', nonce: null, by: 'console' })] })).toEqual([]);
  });

  test('count a purchase in the day that it was decided on', () => {
    expect(violations({ items: [clusterItem({ window: '2026-11-12', used: 0 }), jobItem()] })).toEqual([]);
  });

  test('hold one wish of a key, and a dead letter for the other', () => {
    const asked = new Map([[key, new Set(['add 3', 'add 1'])]]);
    const conflict = { body: '!', jobs: [{ key, payload: 'add 1' }] };
    expect(violations({ asked, deadLetters: [...books().deadLetters, conflict] })).toEqual([]);
    expect(violations({ asked })).toEqual([
      `lost: ${key} was also to add 1, and no dead letter says that it could not be`,
    ]);
  });
});

describe('the audit finds', () => {
  const sale = 'nodes in edge by task';

  test.each<[string, Partial<Books>, string]>([
    [
      'a job that was bought twice',
      { purchases: [aSale(), aSale({ taskId: 'T-2', nonce: 'nonce-2' })] },
      `bought 1 times more than the ledger knows: 3 ${sale} T-2, nonce nonce-2`,
    ],
    [
      'one request that bought twice',
      { purchases: [aSale(), aSale()] },
      `bought 1 times more than the ledger knows: 3 ${sale} T-1, nonce nonce-1`,
    ],
    [
      'a purchase that the ledger does not know',
      { items: [clusterItem({ used: 0 }), jobItem({ outcome: 'rejected' })] },
      `bought 1 times more than the ledger knows: 3 ${sale} T-1, nonce nonce-1`,
    ],
    ['a verdict without a purchase', { purchases: [] }, `in the ledger, and not bought: 3 ${sale} T-1, nonce nonce-1`],
    [
      'a verdict with the task of somebody else',
      { items: [clusterItem(), jobItem({ taskId: 'T-9' })] },
      `in the ledger, and not bought: 3 ${sale} T-9, nonce nonce-1`,
    ],
    [
      'a job without an ending',
      { asked: new Map([...books().asked, ['manual/edge/lost', new Set(['add 1'])]]) },
      'lost: manual/edge/lost has no outcome, no slot and no dead letter',
    ],
    ['poison that is no dead letter', { deadLetters: [] }, 'lost: the poison "?" is no dead letter'],
    ['a job that nobody asked for', { asked: new Map() }, `nobody asked for ${key}`],
    [
      'an ending that nobody asked for',
      { asked: new Map([[key, new Set(['add 1'])]]) },
      `${key} ended as add 3, which nobody asked for`,
    ],
    ['a message that still waits', { waiting: ['{}'] }, 'still on the queue: {}'],
    [
      'a purchase that is still in doubt',
      { items: [clusterItem({ purchase: aPurchase({ phase: 'unknown' }) })] },
      `the purchase of ${key} in edge is still unknown`,
    ],
    [
      'a job that is settled and yet in a slot',
      { items: [clusterItem({ used: 6, purchase: aPurchase({ phase: 'parked', nonce: 'nonce-2' }) }), jobItem()] },
      `${key} is accepted, and in a slot`,
    ],
    [
      'a verdict that was never copied',
      { items: [clusterItem({ done: { [key]: aVerdict() } })] },
      `the verdict of ${key} has no copy`,
    ],
    [
      'nodes that are not counted',
      { items: [clusterItem({ used: 1 }), jobItem()] },
      `edge counts 1 nodes on ${window}, and bought or reserved 3`,
    ],
    [
      'money that is not counted',
      { items: [clusterItem({ spent: 540 }), jobItem()] },
      `edge counts 540 CNY in ${month}, and spent or reserved 0`,
    ],
  ])('%s', (_, of, violation) => {
    expect(violations(of)).toContain(violation);
  });
});
