// Four clusters at a bad hour, as an operator finds them: one buys, one is in doubt, one parked with overdue nodes, one paused.
import type { Basis } from '../../functions/domain/job/decision.ts';
import type { DecisionRecord } from '../../functions/domain/job/decision-record.ts';
import type { Cluster, Progress, Purchase } from '../../functions/domain/job/purchase.ts';
import type { Source } from '../../functions/domain/job/scale-job.ts';
import { aCluster, aPolicy, aPurchase, aStory, aVerdict, minute } from '../support/samples.ts';

const price = { perNodeMonth: 180, currency: 'CNY' };
const policyOf = (name: string, n: number, maxNodes: number, maxPerDay: number, budgetPerMonth: number) =>
  aPolicy({
    ...{ id: `C${String(n).repeat(32)}`, price, exclusive: n !== 3 },
    limits: { maxNodes, maxPerDay, maxPerPurchase: 5, budgetPerMonth },
    alarms: [
      {
        name: `${name}-*`,
        steps: [
          { lowerBound: 0, upperBound: 20, add: 1 },
          { lowerBound: 20, add: 3 },
        ],
      },
    ],
  });

export const sampleClusters = {
  'edge-beijing': policyOf('edge-beijing', 1, 20, 10, 6000),
  'edge-shanghai': policyOf('edge-shanghai', 2, 30, 12, 9000),
  'edge-shenzhen': policyOf('edge-shenzhen', 3, 12, 6, 1800),
  'edge-chengdu': policyOf('edge-chengdu', 4, 10, 5, 3600),
};
export const sampleNodes = { 'edge-beijing': 16, 'edge-shanghai': 22, 'edge-shenzhen': 8, 'edge-chengdu': 6 };
type Name = keyof typeof sampleClusters;

/** What a hostile sender puts where it can. */
export const hostile = `<img src=x onerror=alert(1)>"'><script>alert(2)</script>\u202eturned`;

export const keys = {
  parked: 'alertmanager/edge-shenzhen/9c1e07d2b85f4a31/2026-11-29T17:33:40.000Z',
  doubt:
    'cloudwatch/edge-shanghai/arn:aws:cloudwatch:us-east-1:123456789012:alarm:edge-shanghai-cpu/2026-11-29T19:00:14.000Z',
  hostile: `grafana/edge-beijing/${hostile}/2026-11-29T19:00:14.000Z`,
  bought:
    'cloudwatch/edge-beijing/arn:aws:cloudwatch:us-east-1:123456789012:alarm:edge-beijing-cpu/2026-11-29T18:53:12.000Z',
} as const;

interface Job {
  readonly key: string;
  readonly cluster: Name;
  readonly source: Source;
  /** Minutes ago. */
  readonly ago: number;
  readonly count: number;
  readonly by: number;
  readonly reason?: string;
  readonly requestedBy?: string;
}

function story(now: number, { cluster, source, ago, count, by, reason, requestedBy }: Job): DecisionRecord {
  const at = now - ago * minute;
  const add = by >= 20 ? 3 : 1;
  const way = Math.max(0, add - count);
  const { limits } = sampleClusters[cluster];
  const fleet = { state: 'running', nodes: sampleNodes[cluster], notReady: 0 };
  const basis: Basis = {
    rule: {
      kind: 'alarm',
      name: `${cluster}-*`,
      step: by >= 20 ? { lowerBound: 20, add } : { lowerBound: 0, upperBound: 20, add },
    },
    ...{ fleet, pending: way, wanted: count, limits },
    used: { before: 2, after: 2 + count },
    spent: { before: 1260, after: 1260 + 180 * count },
  };
  return aStory({
    ...{ source, occurredAt: at - 8000, decidedAt: at, reason: reason ?? 'cpu is high' },
    ...(requestedBy !== undefined && { requestedBy }),
    intent: { kind: 'breach', alarm: `${cluster}-cpu`, by },
    decision: `${cluster}-cpu is beyond its threshold by ${by}: add ${add} (${fleet.nodes} in the cluster, ${way} on their way); buy ${count} for ${180 * count} CNY`,
    basis,
  });
}

const episode = (source: Source, cluster: Name, n: number): string =>
  `${source}/${cluster}/${n.toString(16).padStart(16, 'a')}/2026-11-29T${String(n % 24).padStart(2, '0')}:00:00.000Z`;

function accepted(now: number, job: Job, progress?: Progress) {
  const verdict = aVerdict({
    ...{ count: job.count, cost: 180 * job.count, at: now - job.ago * minute, story: story(now, job) },
    ...{ taskId: `T-6b0d73${job.ago}`, nonce: `n-${job.ago}` },
  });
  return { pk: `JOB#${job.key}`, key: job.key, cluster: job.cluster, ...verdict, ...(progress && { progress }) };
}

function skipped(now: number, job: Job, reason: string, decision: string) {
  const told = { ...story(now, job), decision, basis: {} };
  const at = now - job.ago * minute;
  return {
    pk: `JOB#${job.key}`,
    key: job.key,
    cluster: job.cluster,
    outcome: 'skipped',
    reason,
    payload: 'breach',
    at,
    story: told,
  };
}

const doubt = (now: number, job: Job, of: Partial<Purchase>): Purchase =>
  aPurchase({
    ...{
      key: job.key,
      count: job.count,
      cost: 180 * job.count,
      signedAt: now - job.ago * minute,
      story: story(now, job),
    },
    ...{ clusterId: sampleClusters[job.cluster].id, nonce: `n-${job.key.length}`, ...of },
  });

const window = (now: number) => ({
  window: new Date(now).toISOString().slice(0, 10),
  month: new Date(now).toISOString().slice(0, 7),
});

const clusterItem = ({ name, ...rest }: Cluster) => ({ pk: `CLUSTER#${name}`, ...rest });

/** Items of the ledger. @param now epoch milliseconds */
export function sampleLedger(now: number): readonly Readonly<Record<string, unknown>>[] {
  const parked: Job = { key: keys.parked, cluster: 'edge-shenzhen', source: 'alertmanager', ago: 98, count: 2, by: 35 };
  const unknown: Job = { key: keys.doubt, cluster: 'edge-shanghai', source: 'cloudwatch', ago: 12, count: 3, by: 22 };
  const bought: Job = { key: keys.bought, cluster: 'edge-beijing', source: 'cloudwatch', ago: 8, count: 2, by: 24 };
  const late: Job = {
    key: episode('alertmanager', 'edge-shenzhen', 7),
    cluster: 'edge-shenzhen',
    source: 'alertmanager',
    ago: 151,
    count: 2,
    by: 21,
  };
  const failed: Job = {
    key: episode('cloudwatch', 'edge-chengdu', 11),
    cluster: 'edge-chengdu',
    source: 'cloudwatch',
    ago: 900,
    count: 1,
    by: 11,
  };
  const refused: Job = {
    key: episode('alertmanager', 'edge-shanghai', 6),
    cluster: 'edge-shanghai',
    source: 'alertmanager',
    ago: 330,
    count: 2,
    by: 6,
  };
  const rejected = {
    ...accepted(now, refused),
    outcome: 'rejected',
    code: 'NoStock',
    message: `none left ${hostile}`,
    taskId: undefined,
  };
  const ready = (n: number, cluster: Name, ago: number, count: number, source: Source = 'cloudwatch') =>
    accepted(
      now,
      { key: episode(source, cluster, n), cluster, source, ago, count, by: 22 },
      { state: 'completed', readyNodes: count, at: now - (ago - 6) * minute },
    );
  return [
    clusterItem(
      aCluster({
        name: 'edge-beijing',
        ...window(now),
        used: 5,
        spent: 3060,
        cooldownUntil: now + 2 * minute,
        pending: { [bought.key]: { taskId: 'T-6b0d738', count: 2, at: now - 8 * minute } },
        unowned: {
          taskIds: ['T-6b0cc3a211d04f7e83000041', 'T-6b0cc3a211d04f7e83000043', 'T-6b0cc3a211d04f7e83000045'],
          at: now - 97 * minute,
        },
      }),
    ),
    clusterItem(
      aCluster({
        name: 'edge-shanghai',
        ...window(now),
        used: 3,
        spent: 4200,
        purchase: doubt(now, unknown, { phase: 'unknown' }),
      }),
    ),
    clusterItem(
      aCluster({
        ...{ name: 'edge-shenzhen', ...window(now), used: 4, spent: 1620 },
        pending: { [late.key]: { taskId: 'T-6b0d73151', count: 2, at: now - 151 * minute, overdue: true } },
        purchase: doubt(now, parked, {
          phase: 'parked',
          exclusive: false,
          why: 'T-6b0cc3a211d04f7e83000041 could be it, and others scale this cluster too',
        }),
      }),
    ),
    clusterItem(
      aCluster({
        name: 'edge-chengdu',
        ...window(now),
        used: 1,
        spent: 1080,
        paused: { by: 'mei', reason: `the bill is being looked at ${hostile}`, at: now - 172 * minute },
      }),
    ),
    accepted(now, bought),
    accepted(now, late, {
      state: 'overdue',
      asked: 2,
      ready: 0,
      why: 'the nodes did not join within 30 min',
      at: now - 91 * minute,
    }),
    accepted(now, failed, {
      state: 'failed',
      code: 'NoStock',
      message: 'no stock in the site',
      at: now - 866 * minute,
    }),
    rejected,
    ready(1, 'edge-beijing', 21, 1),
    ready(2, 'edge-beijing', 167, 2, 'manual'),
    ready(3, 'edge-shanghai', 1182, 4, 'schedule'),
    ready(4, 'edge-beijing', 27 * 1440, 3),
    ready(5, 'edge-shanghai', 25 * 1440, 5),
    skipped(
      now,
      {
        key: episode('alertmanager', 'edge-shenzhen', 13),
        cluster: 'edge-shenzhen',
        source: 'alertmanager',
        ago: 30,
        count: 1,
        by: 41,
      },
      'stale',
      'it arose 31 min ago and is stale after 30 min',
    ),
    skipped(
      now,
      { key: keys.hostile, cluster: 'edge-beijing', source: 'grafana', ago: 156, count: 1, by: 3, reason: hostile },
      'satisfied',
      `${hostile} is beyond its threshold by 3: nothing is missing`,
    ),
    skipped(
      now,
      {
        key: episode('grafana', 'edge-shenzhen', 15),
        cluster: 'edge-shenzhen',
        source: 'grafana',
        ago: 522,
        count: 1,
        by: 3,
      },
      'no-rule',
      'no alarm rule of edge-shenzhen matches edge-shenzhen-disk',
    ),
    skipped(
      now,
      {
        key: episode('schedule', 'edge-shanghai', 18),
        cluster: 'edge-shanghai',
        source: 'schedule',
        ago: 552,
        count: 1,
        by: 3,
      },
      'satisfied',
      'reach 22 (22 in the cluster, 0 on their way): nothing is missing',
    ),
  ];
}
