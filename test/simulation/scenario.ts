// What a history is about: clusters, their policies, and the jobs that arrive. Drawn at random, from small to large.
import { parseAlert } from '../../functions/domain/alerts/parse-alert.ts';
import { completeConfig } from '../../functions/domain/config/defaults.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import type { Random } from './random.ts';

export interface Scenario {
  readonly config: Config;
  readonly startAt: number;
  readonly initialNodes: number;
  readonly gatewaySkewMs: number;
  readonly listLagMs: number;
  readonly handlers: number;
  /** Message bodies in the order of their arrival. Some arrive more than once. */
  readonly bodies: readonly string[];
  readonly console: boolean;
  /** What the storm is made of. */
  readonly weather: Weather;
}

export interface Weather {
  /** Chance of a fault at a purchase, and at any other call. */
  readonly purchaseFaults: number;
  readonly otherFaults: number;
  /** Chance that a process freezes instead of making its next call: half of it before a read, three times before a write. */
  readonly freezes: number;
  /** Nobody else freezes. */
  readonly freezeOnly?: 'handler';
  /** How long it lasts, in moments per message. */
  readonly moments: number;
  /** Percent of the outer events up to which a message is delivered, one arrives, a frozen process goes on, a visit comes. */
  readonly events?: readonly [deliver: number, arrive: number, wake: number, visit: number];
  /** Waits to choose from, in milliseconds. */
  readonly waits: readonly number[];
  /** How long a task takes, if not as short as possible: following tasks is not what histories should be spent on. */
  readonly taskMinutes?: number;
}

const minute = 60_000;
const usual: Weather = {
  purchaseFaults: 0.4,
  otherFaults: 0.06,
  freezes: 0.01,
  moments: 12,
  // Short waits let delays run out; long ones leave whoever waits for an answer with an old one.
  waits: [10, 1000, 6000, 40_000, 150_000, 400_000, 20 * minute, 40 * minute],
};
/** One or two jobs whose answers get lost, over hours: where doubt, fence, rearm and late wakers meet. */
const doubtful: Weather = {
  purchaseFaults: 0.9,
  otherFaults: 0.02,
  freezes: 0.04,
  moments: 55,
  waits: [10, 6000, 130_000, 400_000, 8 * minute, 20 * minute, 36 * minute],
};

/** One job whose sender falls asleep with its answer, until others have given it up and sent again. */
const drowsy: Weather = {
  purchaseFaults: 0.9,
  otherFaults: 0.01,
  freezes: 0.15,
  freezeOnly: 'handler',
  moments: 60,
  waits: [10, 130_000, 20 * minute, 36 * minute],
};

/** Tasks of hours: a verdict is forgotten before its nodes come, while another job's sender sleeps over what he decided. */
const forgetful: Weather = {
  purchaseFaults: 0.05,
  otherFaults: 0.1,
  freezes: 0.2,
  freezeOnly: 'handler',
  moments: 60,
  // Visits come often and messages seldom, so that sleepers wake between a visit and the next try of their job.
  events: [10, 40, 50, 75],
  waits: [10, 70 * minute],
  taskMinutes: 180,
};

const worker = {
  worker_instance_type: 'ens.sn1.tiny',
  ens_region_id: 'cn-beijing-telecom',
  worker_image_id: 'm-2QVLO2T8NYgm8CNQVg15gF',
  ens_internet_charge_type: 'BandwidthByDay',
  worker_period: 1,
  worker_system_disk_size: 20,
} as const;

export function clusterConfig(
  name: string,
  options: {
    exclusive: boolean;
    rearm: boolean;
    maxPerDay: number;
    maxNodes: number;
    cooldownMinutes: number;
    budget?: number;
    nodeJoinTimeoutMinutes?: number;
  },
) {
  const { exclusive, rearm, maxPerDay, maxNodes, cooldownMinutes, budget, nodeJoinTimeoutMinutes } = options;
  return {
    id: `C${name}`,
    region: 'cn-beijing',
    worker,
    limits: {
      maxNodes,
      maxPerPurchase: Math.min(4, maxPerDay),
      maxPerDay,
      ...(budget !== undefined && { budgetPerMonth: budget }),
    },
    price: { perNodeMonth: 100, currency: 'CNY' },
    cooldownMinutes,
    ...(nodeJoinTimeoutMinutes !== undefined && { nodeJoinTimeoutMinutes }),
    exclusive,
    rearm,
    alarms: [
      {
        name: `${name}-*`,
        steps: [
          { lowerBound: 0, upperBound: 10, add: 1 },
          { lowerBound: 10, add: Math.min(3, maxPerDay) },
        ],
      },
    ],
  };
}

/** Most histories are small, where faults meet; some are large, where jobs do. */
export function drawScenario(random: Random): Scenario {
  const large = random.chance(0.02);
  const weather = large
    ? usual
    : random.pick([usual, usual, usual, usual, usual, doubtful, doubtful, doubtful, drowsy, forgetful]);
  const clusters = Array.from(
    { length: large ? 1 + random.below(5) : weather === usual ? 1 + random.below(2) : 1 },
    (_, i) => `c${i}`,
  );
  const console = random.chance(weather === doubtful ? 0.4 : 0.2);
  const entries = clusters.map((name) => {
    const maxPerDay = 2 + random.below(12);
    const likely = weather === usual ? 0.5 : 0.8;
    const exclusive = !console && random.chance(likely);
    return [
      name,
      clusterConfig(name, {
        exclusive,
        rearm: random.chance(likely),
        maxPerDay,
        maxNodes: 3 + random.below(20),
        cooldownMinutes: random.pick([0, 0, 5]),
        ...(random.chance(0.3) && { budget: 100 * (1 + random.below(8)) }),
        ...(weather.taskMinutes && { nodeJoinTimeoutMinutes: 2 * weather.taskMinutes }),
      }),
    ];
  });
  // Sometimes a minute before midnight at the end of a month, where the windows roll over.
  const startAt = Date.parse(random.chance(0.1) ? '2026-03-31T23:59:00Z' : '2026-03-10T10:00:00Z');
  const jobs = large
    ? 5 + random.below(46)
    : weather === forgetful
      ? 2 + random.below(2)
      : 1 + random.below(weather === usual ? 4 : 2);
  const bodies: string[] = [];
  for (let n = 0; n < jobs; n += 1) {
    const body = drawBody(random, random.pick(clusters), n, startAt);
    bodies.push(body);
    if (random.chance(0.3)) bodies.push(body);
    // The same key for something else: a conflict. And what nobody can read: poison. Both belong on the dead-letter queue.
    if (random.chance(0.05)) bodies.push(body.replace(/"(add|reach)":\d/, '"add":9'));
    if (random.chance(0.05)) bodies.push(`{"version":1,"kind":"manual","key":"p${n}"`);
  }
  return {
    config: completeConfig({ clusters: Object.fromEntries(entries) }),
    startAt,
    initialNodes: random.below(4),
    gatewaySkewMs: random.chance(0.05) ? 90_000 : random.below(60_000) - 30_000,
    listLagMs: random.chance(0.5) ? random.below(15 * 60_000) : 0,
    handlers: 1 + random.below(large ? 8 : 3),
    bodies,
    console,
    weather,
  };
}

function drawBody(random: Random, cluster: string, n: number, at: number): string {
  const when = new Date(at).toISOString();
  if (random.chance(0.3)) {
    const arn = `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${cluster}-busy`;
    const reason = `Threshold Crossed: 1 datapoint [${random.below(40) + 50}.0 (01/03/26 10:00:00)] was greater than the threshold (50.0).`;
    const changed = new Date(at + n).toISOString().replace('Z', '+0000');
    return JSON.stringify({
      AlarmName: `${cluster}-busy`,
      AlarmArn: arn,
      NewStateValue: 'ALARM',
      NewStateReason: reason,
      StateChangeTime: changed,
    });
  }
  const asked = random.chance(0.8) ? { add: 1 + random.below(3) } : { reach: 1 + random.below(8) };
  return JSON.stringify({
    version: 1,
    kind: 'manual',
    key: `j${n}`,
    cluster,
    ...asked,
    reason: 'simulated',
    requestedBy: 'sim',
    requestedAt: when,
  });
}

const readers = new WeakMap<Config, (body: string) => readonly string[]>();

/** The keys of the jobs in a message. Parsed once per config and body: histories ask often. */
export function keyReaderOf(config: Config): (body: string) => readonly string[] {
  const reader = readers.get(config) ?? createKeyReader(config);
  readers.set(config, reader);
  return reader;
}

function createKeyReader(config: Config): (body: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (body) => {
    const before = known.get(body);
    if (before) return before;
    const parsed = parseAlert(body, { config });
    const keys = parsed.kind === 'jobs' ? parsed.jobs.map(({ key }) => key) : [];
    known.set(body, keys);
    return keys;
  };
}
