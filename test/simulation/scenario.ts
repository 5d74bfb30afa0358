// What a history is about: clusters, their policies, and the jobs that arrive. Drawn at random, from small to large.
import type { Listing } from '../../functions/backtest/world/ack/tasks.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import { drawGroups } from './alertmanager.ts';
import { notificationOf } from './cloudwatch.ts';
import { drawPolicies, type Policies } from './policies.ts';
import { createRandom, type Random } from './random.ts';
import {
  doubtful,
  drawEvents,
  drawWeather,
  type Events,
  forgetful,
  scarce,
  standingInDoubt,
  standingSoldOut,
  usual,
  type Weather,
} from './weather.ts';

export interface Scenario extends Policies {
  readonly startAt: number;
  readonly initialNodes: number;
  /** By how much the gateway's clock, and every right one, is ahead of the world's. */
  readonly gatewaySkewMs: number;
  /** Whether tasks show in the task list late, and with dates of their own. */
  readonly lateListing: boolean;
  readonly handlers: number;
  /** Message bodies in the order of their arrival. Some arrive more than once. */
  readonly bodies: readonly string[];
  readonly console: boolean;
  /** What the storm is made of. */
  readonly weather: Weather;
  readonly events: Events;
  /** How long before it leases were over already, and were read; absent where none ends. Drawn by withLeases. */
  readonly leasesReadMs?: number;
}

const minute = 60_000;

/** Most histories are small, where faults meet; some are large, where jobs do. */
export function drawScenario(random: Random): Scenario {
  const large = random.chance(0.02);
  const weather = large ? usual : drawWeather(random);
  const clusters = Array.from(
    { length: large ? 1 + random.below(5) : weather === usual ? 1 + random.below(2) : 1 },
    (_, i) => `c${i}`,
  );
  const console = random.chance(weather === doubtful ? 0.4 : 0.2);
  const policies = drawPolicies(random, clusters, weather, console);
  // Sometimes a minute before midnight at the end of a month, where the windows roll over.
  const startAt = Date.parse(random.chance(0.1) ? '2026-03-31T23:59:00Z' : '2026-03-10T10:00:00Z');
  const jobs = large
    ? 5 + random.below(46)
    : weather === forgetful || weather === scarce
      ? 2 + random.below(2)
      : 1 + random.below(weather === usual ? 4 : 2);
  const gatewaySkewMs = random.pick([0, -1, 1]) * random.below(90_000);
  const bodies: string[] = [];
  for (let n = 0; n < jobs; n += 1) {
    const body = drawBody(random, random.pick(clusters), n, startAt + gatewaySkewMs);
    bodies.push(body);
    if (random.chance(0.3)) bodies.push(body);
    // The same key for something else: a conflict. And what nobody can read: poison. Both belong on the dead-letter queue.
    if (random.chance(0.05)) bodies.push(body.replace(/"(add|reach)":\d/, '"add":9'));
    if (random.chance(0.05)) bodies.push(`{"version":1,"kind":"manual","key":"p${n}"`);
  }
  const events = drawEvents(random, weather);
  if (events.groups) {
    const groups = drawGroups(random, random.pick(clusters), startAt + gatewaySkewMs);
    bodies.splice(random.below(bodies.length + 1), random.below(3), ...groups);
  }
  return {
    ...policies,
    startAt,
    initialNodes: random.below(4),
    gatewaySkewMs,
    lateListing: random.chance(0.5),
    handlers: 1 + random.below(large ? 8 : 3),
    bodies,
    console,
    weather,
    events,
  };
}

/**
 * Needs that end while their purchase is in doubt: alerts that ask again where requests get lost, and schedules with an end. And alerts that
 * ask again where requests are rejected. Drawn apart, so that the others stay as they are.
 */
export function withEnds(seed: number, scenario: Scenario): Scenario {
  const dice = createRandom(seed ^ 0xd0b7ed);
  const { weather, config, earlier, bodies, startAt, gatewaySkewMs } = scenario;
  if (weather.stands && dice.chance(0.4))
    return {
      ...scenario,
      weather: standingInDoubt,
      config: rearming(config),
      ...(earlier && { earlier: rearming(earlier) }),
    };
  if (weather.stands && dice.chance(0.4)) return { ...scenario, weather: standingSoldOut };
  if (weather !== doubtful || !dice.chance(0.4)) return scenario;
  const at = startAt + gatewaySkewMs;
  const [cluster] = Object.keys(config.clusters);
  const occurrence = JSON.stringify({
    ...{ version: 1, kind: 'schedule', schedule: 'launch', cluster, add: 1 },
    scheduledTime: new Date(at).toISOString(),
    until: new Date(at + (5 + dice.below(40)) * minute).toISOString(),
  });
  return { ...scenario, bodies: dice.chance(0.7) ? [occurrence] : [...bodies, occurrence] };
}

const rearming = (config: Config): Config => ({
  ...config,
  clusters: Object.fromEntries(Object.entries(config.clusters).map(([name, its]) => [name, { ...its, rearm: true }])),
});

const lagLimitMs = 20 * minute;
const datedLimitMs = 2 * minute;

/** Up to the borders of A4, and often at them. The list tells whole seconds. */
export function drawListing(random: Random): Listing {
  const lagMs = random.chance(0.4) ? lagLimitMs : random.below(lagLimitMs);
  const datedMs = random.chance(0.4)
    ? random.pick([-1, 1]) * (datedLimitMs - 999)
    : random.below(2 * datedLimitMs) - datedLimitMs;
  return { lagMs, datedMs: Math.max(datedMs, 999 - datedLimitMs) };
}

function drawBody(random: Random, cluster: string, n: number, at: number): string {
  const when = new Date(at).toISOString();
  if (random.chance(0.3)) {
    const reason = `Threshold Crossed: 1 datapoint [${random.below(40) + 50}.0 (01/03/26 10:00:00)] was greater than the threshold (50.0).`;
    return notificationOf(`${cluster}-busy${random.chance(0.5) ? n : ''}`, reason, at + n);
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
