// The small histories that the exhaustive mode plays: what is asked for, under which policy, and what happens by itself.
import { completeConfig } from '../../functions/domain/config/defaults.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import { timings } from '../../functions/domain/timings.ts';
import { ourHandler, startHandler, startPerson, startReconciler } from './actors.ts';
import { clustersOf } from './invariants.ts';
import { clusterConfig } from './policies.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

type Act = (world: World) => Process | undefined;

export interface SmallCase {
  readonly config: Config;
  readonly bodies: readonly string[];
  /** In order. Some need no process; some come to nothing. */
  readonly script: readonly Act[];
  readonly startAt: number;
  readonly taskDurationMs?: number;
}

const startAt = Date.parse('2026-03-10T10:00:00Z');
const minute = 60_000;

const deliver: Act = (world) => {
  const [message] = world.queue.visible();
  return message && startHandler(world, [message], 0, ourHandler);
};
const visit: Act = (world) => (clustersOf(world).length > 0 ? startReconciler(world, 'c0', 0) : undefined);
const person: Act = (world) => startPerson(world, 0);
const after =
  (ms: number, act: Act): Act =>
  (world) => {
    world.pass(ms);
    return act(world);
  };

/** Lease, fence, listings and forgetting, each at its time, and a person when doubt is left. */
const timely: readonly Act[] = [
  deliver,
  deliver,
  after(timings.leaseMs + 1000, visit),
  after(timings.visibilityTimeoutMs, deliver),
  after(timings.fenceMs, visit),
  visit,
  person,
  after(timings.forgetAfterMs, visit),
];

/** A visit once the nodes are there, a decision next to what brought them, and the next visit when that may be forgotten. */
const neglected: readonly Act[] = [
  deliver,
  after(minute + 1000, visit),
  deliver,
  after(timings.forgetAfterMs + 1000, visit),
  after(timings.leaseMs + 1000, visit),
  visit,
  deliver,
];

/** The task of one purchase brings no node, and is followed while the purchase of another job is made. */
const failing: readonly Act[] = [
  (world) => {
    world.service.failNext();
    return undefined;
  },
  deliver,
  deliver,
  after(timings.leaseMs + 1000, visit),
  visit,
  person,
  after(timings.visibilityTimeoutMs, deliver),
];

export function smallCases(): readonly SmallCase[] {
  const policies = [
    { exclusive: true, rearm: true },
    { exclusive: false, rearm: false },
  ];
  // The same job twice, and two jobs. Of these only one fits the day, but for where both must be bought.
  const [same, two] = [
    [body('a', 2), body('a', 2)],
    [body('a', 2), body('b', 2)],
  ];
  const shared = { exclusive: false, rearm: false, maxPerDay: 4, maxNodes: 6, cooldownMinutes: 5 };
  const followed = { config: configOf(shared), startAt, bodies: two, script: failing };
  const cases = policies.flatMap((policy) => {
    const limits = { maxPerDay: 3, maxNodes: 5, cooldownMinutes: 0 };
    const config = configOf({ ...policy, ...limits });
    const roomy = configOf({ ...policy, ...limits, maxPerDay: 4, maxNodes: 6 });
    return [
      { config, startAt, bodies: same, script: timely },
      { config, startAt, bodies: two, script: timely },
      { config: roomy, startAt, bodies: two, script: neglected, taskDurationMs: minute / 2 },
    ];
  });
  return [followed, ...cases];
}

function configOf(options: Parameters<typeof clusterConfig>[1]): Config {
  return completeConfig({ clusters: { c0: clusterConfig('c0', options) } });
}

function body(key: string, add: number): string {
  return JSON.stringify({
    version: 1,
    kind: 'manual',
    key,
    cluster: 'c0',
    add,
    requestedBy: 'sim',
    requestedAt: new Date(startAt).toISOString(),
  });
}
