// The books are closed: what was asked for, what the ledger says and what the simulator sold must be the same, as
// multisets. The simulator's purchases are the truth; the nonce in each says which slot of the ledger bought it.

import type { Purchase } from '../../functions/backtest/world/ack/scale-out.ts';
import { windowsAt } from '../../functions/domain/decision/usage-window.ts';
import type { Cluster, JobRecord, Purchase as Slot, Verdict } from '../../functions/domain/job/purchase.ts';
import type { Books } from './books.ts';
import { type Ending, endingsOf } from './endings.ts';

export interface Findings {
  /** How the jobs ended; each is counted once. */
  readonly endings: Readonly<Record<Ending, number>>;
  readonly sold: { readonly purchases: number; readonly nodes: number };
  /** What the ledger says of it: accepted, or parked and shown by the order book. */
  readonly recorded: { readonly purchases: number; readonly nodes: number };
  readonly violations: readonly string[];
}

/** One purchase as both sides can write it down. */
const line = (cluster: string | undefined, nonce: string | null, taskId: string | undefined, count: number): string =>
  `${count} nodes in ${cluster} by task ${taskId}, nonce ${nonce}`;

export function audit(books: Books): Findings {
  const clusters = clustersIn(books.items);
  const verdicts = verdictsIn(books.items, clusters);
  const ledger = boughtByLedger(verdicts, clusters, books.purchases);
  const sold = books.purchases.filter(({ by }) => by === 'api');
  const { endings, problems } = endingsOf(books, verdicts, slotsIn(clusters));
  return {
    endings,
    sold: { purchases: sold.length, nodes: sum(sold.map(({ count }) => count)) },
    recorded: { purchases: ledger.length, nodes: sum(ledger.map(({ count }) => count)) },
    violations: [
      ...differences(
        sold.map(({ clusterId, nonce, taskId, count }) => line(books.nameOf(clusterId), nonce, taskId, count)),
        ledger.map(({ cluster, nonce, taskId, count }) => line(cluster, nonce, taskId, count)),
      ),
      ...problems,
      ...unfinished(books, clusters, verdicts),
      ...clusters.flatMap((cluster) => miscounted(cluster, verdicts)),
    ],
  };
}

const clustersIn = (items: Books['items']): readonly Cluster[] =>
  items
    .filter(({ pk }) => String(pk).startsWith('CLUSTER#'))
    .map((item) => ({ ...(item as unknown as Cluster), name: String(item['pk']).slice('CLUSTER#'.length) }));

const slotsIn = (clusters: readonly Cluster[]): ReadonlyMap<string, Slot> =>
  new Map(clusters.flatMap(({ purchase }) => (purchase ? [[purchase.key, purchase]] : [])));

/** The job's record by its key. A verdict that is not copied yet counts, and is reported as unfinished. */
function verdictsIn(items: Books['items'], clusters: readonly Cluster[]): ReadonlyMap<string, JobRecord> {
  const found = new Map<string, JobRecord>();
  for (const item of items)
    if (String(item['pk']).startsWith('JOB#')) found.set(String(item['key']), item as unknown as JobRecord);
  for (const { name, done } of clusters)
    for (const [key, verdict] of Object.entries(done)) {
      const record = found.get(key);
      if (!record || record.outcome === 'skipped') found.set(key, { ...verdict, key, cluster: name });
    }
  return found;
}

interface Bought {
  readonly cluster: string;
  readonly nonce: string;
  readonly taskId: string | undefined;
  readonly count: number;
}

function boughtByLedger(
  verdicts: ReadonlyMap<string, JobRecord>,
  clusters: readonly Cluster[],
  purchases: readonly Purchase[],
): readonly Bought[] {
  const accepted = [...verdicts.values()].flatMap((record): Bought[] => {
    if (record.outcome !== 'accepted') return [];
    const { cluster, nonce, taskId, count } = record;
    return [{ cluster, nonce, taskId, count }];
  });
  // What is parked was bought or not: the order book decides, and at most one purchase may be its own.
  const parked = clusters.flatMap(({ name, purchase }): Bought[] => {
    const order = purchase && purchases.find(({ nonce }) => nonce === purchase.nonce);
    return order ? [{ cluster: name, nonce: purchase.nonce, taskId: order.taskId, count: purchase.count }] : [];
  });
  return [...accepted, ...parked];
}

/** What one multiset has and the other has not. */
function differences(sold: readonly string[], ledger: readonly string[]): string[] {
  const balance = new Map<string, number>();
  for (const one of sold) balance.set(one, (balance.get(one) ?? 0) + 1);
  for (const one of ledger) balance.set(one, (balance.get(one) ?? 0) - 1);
  return [...balance].flatMap(([one, left]) => {
    if (left === 0) return [];
    return [
      left > 0 ? `bought ${left} times more than the ledger knows: ${one}` : `in the ledger, and not bought: ${one}`,
    ];
  });
}

/** After a quiet time all is finished but what waits for a person. */
function unfinished(
  { waiting, items }: Books,
  clusters: readonly Cluster[],
  verdicts: ReadonlyMap<string, JobRecord>,
): string[] {
  const records = new Set(items.map(({ pk }) => pk));
  return [
    ...waiting.map((body) => `still on the queue: ${body.slice(0, 200)}`),
    ...clusters.flatMap(({ name, purchase }) =>
      purchase && purchase.phase !== 'parked'
        ? [`the purchase of ${purchase.key} in ${name} is still ${purchase.phase}`]
        : [],
    ),
    ...[...verdicts.keys()]
      .filter((key) => !records.has(`JOB#${key}`))
      .map((key) => `the verdict of ${key} has no copy`),
  ];
}

/** The limits are only as good as these two counters. A purchase counts in the day and month that it was decided in. */
function miscounted(
  { name, used, window, spent, month, purchase }: Cluster,
  verdicts: ReadonlyMap<string, JobRecord>,
): string[] {
  const accepted = [...verdicts.values()].filter(
    (record): record is JobRecord & Verdict => record.cluster === name && record.outcome === 'accepted',
  );
  const counted = [...accepted, ...(purchase ? [purchase] : [])].map(({ count, cost, story }) => ({
    count,
    cost,
    ...windowsAt(story.decidedAt),
  }));
  const nodes = sum(counted.filter((one) => one.window === window).map(({ count }) => count));
  const money = sum(counted.filter((one) => one.month === month).map(({ cost }) => cost));
  return [
    ...(nodes === used ? [] : [`${name} counts ${used} nodes on ${window}, and bought or reserved ${nodes}`]),
    ...(money === spent ? [] : [`${name} counts ${spent} CNY in ${month}, and spent or reserved ${money}`]),
  ];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
