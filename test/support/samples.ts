// Values to start a test from: each valid by itself, and changed by what the test is about.
import type { Wait } from '../../functions/adapters/notes/waits.ts';
import type { WorkerTemplate } from '../../functions/domain/ack/scale-out-request.ts';
import type { ClusterConfig, Limits } from '../../functions/domain/config/types.ts';
import type { Basis, Fleet } from '../../functions/domain/job/decision.ts';
import type { DecisionRecord } from '../../functions/domain/job/decision-record.ts';
import type { Cluster, Purchase, Verdict } from '../../functions/domain/job/purchase.ts';
import { payloadOf, type ScaleJob } from '../../functions/domain/job/scale-job.ts';
import { timings } from '../../functions/domain/timings.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
/** When the samples happen: a Wednesday morning, far from the end of its UTC day and month. */
export const sampleAt = Date.parse('2026-11-11T08:00:00Z');

/** The text of functions/config.ts with these clusters. */
export const configOf = (clusters: object): string => `export const config = ${JSON.stringify({ clusters })};\n`;

/** The sample request of the specification, in its order of keys. */
export const sampleRequest = {
  timeout_mins: 60,
  worker_instance_type: 'ens.sn1.tiny',
  ens_region_id: 'cn-beijing-telecom',
  worker_image_id: 'm-2QVLO2T8NYgm8CNQVg15gF',
  ens_internet_charge_type: 'BandwidthByDay',
  worker_period: 1,
  worker_auto_renew: true,
  worker_auto_renew_period: 1,
  login_password: 'Hello1234!',
  count: 1,
  worker_system_disk_size: 20,
  worker_data_disk_size: 0,
  is_edge_worker: true,
} as const;

/** A person's job for three nodes. Its payload follows from its intent. */
export function aJob(of: Partial<ScaleJob> = {}): ScaleJob {
  const intent = of.intent ?? { kind: 'add', nodes: 3 };
  return {
    key: 'manual/edge/sale-1',
    cluster: 'edge',
    source: 'manual',
    intent,
    payload: payloadOf(intent, of.dryRun),
    reason: 'the sale starts',
    occurredAt: sampleAt,
    ...of,
  };
}

/** A CloudWatch alarm that `aPolicy` has a rule for. */
export function anAlarm(by?: number, of: Partial<ScaleJob> = {}): ScaleJob {
  return aJob({
    key: `cloudwatch/edge/arn:aws:cloudwatch:eu-west-1:111122223333:alarm:edge-cpu/${new Date(sampleAt).toISOString()}`,
    source: 'cloudwatch',
    intent: { kind: 'breach', alarm: 'edge-cpu', ...(by !== undefined && { by }) },
    reason: 'cpu is high',
    ...of,
  });
}

/** The ledger's item of a cluster that nothing was ever bought for. */
export function aCluster(of: Partial<Cluster> = {}): Cluster {
  return {
    name: 'edge',
    ver: 0,
    used: 0,
    window: '',
    spent: 0,
    month: '',
    cooldownUntil: 0,
    failures: 0,
    pending: {},
    done: {},
    ...of,
  };
}

/** Nodes on their way, as the ledger keeps them. */
export function pendingOf(...counts: readonly number[]): Cluster['pending'] {
  return Object.fromEntries(
    counts.map((count, i) => [`manual/edge/earlier-${i}`, { taskId: `T-${i}`, count, at: sampleAt - minute }]),
  );
}

export function aFleet(of: Partial<Fleet> = {}): Fleet {
  return { state: 'running', nodes: 4, notReady: 0, ...of };
}

export function aWorker(of: Partial<WorkerTemplate> = {}): WorkerTemplate {
  return {
    timeout_mins: 60,
    worker_instance_type: 'ens.sn1.tiny',
    ens_region_id: 'cn-beijing-telecom',
    worker_image_id: 'm-2QVLO2T8NYgm8CNQVg15gF',
    ens_internet_charge_type: 'BandwidthByDay',
    worker_period: 1,
    worker_auto_renew: false,
    worker_system_disk_size: 20,
    worker_data_disk_size: 0,
    ...of,
  };
}

type PolicyChanges = Partial<Omit<ClusterConfig, 'limits' | 'worker'>> & {
  readonly limits?: Partial<Limits>;
  readonly worker?: Partial<WorkerTemplate>;
};

/** A cluster's config with its defaults filled in, without a budget. One alarm rule: add 1, and 3 from a breach of 20 on. */
export function aPolicy({ limits, worker, ...of }: PolicyChanges = {}): ClusterConfig {
  return {
    id: 'Cccfd68c474454665ace07efce924aaaa',
    region: 'cn-beijing',
    worker: aWorker(worker),
    limits: { maxNodes: 20, maxPerPurchase: 5, maxPerDay: 10, ...limits },
    cooldownMinutes: 10,
    staleAfterMinutes: 30,
    nodeJoinTimeoutMinutes: 30,
    exclusive: false,
    rearm: false,
    dryRun: false,
    alarms: [
      {
        name: 'edge-*',
        steps: [
          { lowerBound: 0, upperBound: 20, add: 1 },
          { lowerBound: 20, add: 3 },
        ],
      },
    ],
    schedules: [],
    ...of,
  };
}

/** What `decide` says of `aJob`, `aCluster` and `aFleet`, where no price is configured. */
export function aBasis(of: Partial<Basis> = {}): Basis {
  return {
    rule: { kind: 'add', nodes: 3 },
    fleet: aFleet(),
    pending: 0,
    wanted: 3,
    limits: aPolicy().limits,
    used: { before: 0, after: 3 },
    ...of,
  };
}

export function aStory(of: Partial<DecisionRecord> = {}): DecisionRecord {
  const { source, intent, reason, occurredAt } = aJob();
  return { source, intent, reason, occurredAt, decidedAt: sampleAt, decision: 'add 3; buy 3', basis: aBasis(), ...of };
}

/** What the slot holds while the request of `aJob` is being sent. */
export function aPurchase(of: Partial<Purchase> = {}): Purchase {
  const { key, payload } = aJob();
  const signedAt = of.signedAt ?? sampleAt;
  return {
    key,
    payload,
    count: 3,
    cost: 0,
    nonce: 'nonce-1',
    signedAt,
    attempt: 1,
    phase: 'sending',
    leaseUntil: signedAt + timings.leaseMs,
    clusterId: aPolicy().id,
    region: aPolicy().region,
    exclusive: true,
    request: aWorker(),
    story: aStory(),
    ...of,
  };
}

/** What became of `aPurchase`: it was accepted. */
export function aVerdict(of: Partial<Verdict> = {}): Verdict {
  const { count, cost, nonce, payload, story } = aPurchase();
  return { outcome: 'accepted', count, cost, nonce, payload, at: sampleAt, story, taskId: 'T-1', ...of };
}

/** Of `aJob`, which waits for the cooldown of ten minutes. */
export function aWait(of: Partial<Wait> = {}): Wait {
  const { key, cluster, payload } = aJob();
  const why = 'edge cools down for another 10 min';
  const at = of.at ?? sampleAt;
  const story = aStory({ decidedAt: at, decision: why, basis: { rule: { kind: 'add', nodes: 3 } } });
  return { key, cluster, payload, reason: 'cooldown', why, until: at + 10 * minute, at, story, ...of };
}
