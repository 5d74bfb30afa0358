// Leases of nodes in a history: some are over before it begins, as was read then; others end in it, are renewed late, and their nodes
// stop, serve on, or come back.
import type { Config } from '../../functions/domain/config/types.ts';
import { timings } from '../../functions/domain/timings.ts';
import { startLeaseCheck } from './actors.ts';
import type { Call, Process } from './process.ts';
import { createRandom, type Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { settle, type World } from './world.ts';

const minute = 60_000;
const longMs = 30 * 24 * 60 * minute;
const forEver = Number.POSITIVE_INFINITY;

/**
 * One history in seven has leases that end. Its clusters are almost full, so that the limits depend on what counts. Drawn apart, so that the
 * others stay as they are.
 */
export function withLeases(seed: number, scenario: Scenario): Scenario {
  const dice = createRandom(seed ^ 0x1ea5e5);
  if (!dice.chance(0.15)) return scenario;
  const { config, earlier } = scenario;
  const largest = Object.keys(config.clusters).map((name) =>
    Math.max(...[config, earlier].map((of) => of?.clusters[name]?.limits.maxNodes ?? 0)),
  );
  return {
    ...scenario,
    config: renewing(config, dice),
    ...(earlier && { earlier: renewing(earlier, dice) }),
    initialNodes: Math.min(12, ...largest) - dice.below(2),
    // The day between two readings ends in the history, before it, or not at all.
    leasesReadMs: timings.lapsedAfterMs - dice.pick([30 * minute, 8 * minute, 0, -30 * minute, 12 * 60 * minute]),
  };
}

const renewing = (config: Config, dice: Random): Config =>
  dice.chance(0.8)
    ? config
    : {
        ...config,
        clusters: Object.fromEntries(
          Object.entries(config.clusters).map(([name, its]) => [
            name,
            { ...its, worker: { ...its.worker, worker_auto_renew: true, worker_auto_renew_period: 1 } },
          ]),
        ),
      };

type Perform = (call: Call, fault: undefined) => Promise<void>;

/**
 * Before the history: leases end, and are read. Often two more checks meet, while leases move.
 * @param dice apart from `random`, so that the others stay as they are
 */
export async function readLeasesBefore(
  world: World,
  { config, gatewaySkewMs }: Scenario,
  random: Random,
  dice: Random,
  perform: Perform,
): Promise<void> {
  const check = (name: string): Process => startLeaseCheck(world, name, gatewaySkewMs);
  for (const [name, { id }] of Object.entries(config.clusters)) {
    for (const { instanceId } of world.service.nodesOf(id))
      if (random.chance(0.7)) end(world, id, instanceId, random.chance(0.3));
    await finish([check(name)], dice, perform);
    for (const { instanceId, expiresAt, status } of world.service.nodesOf(id))
      if (status !== 'Ready' && random.chance(0.2)) world.service.setLease(id, instanceId, expiresAt, forEver);
    if (dice.chance(0.5))
      await finish([check(name), check(name)], dice, perform, () => moveLease(world, id, dice)?.run());
  }
}

/** Lets processes come to their end, in any order of their calls. */
async function finish(checks: readonly Process[], dice: Random, perform: Perform, meanwhile?: () => void) {
  await settle();
  const waiting = (): readonly Call[] => checks.flatMap((check) => check.waiting);
  for (let calls = waiting(); calls.length > 0; calls = waiting()) {
    if (dice.chance(0.3)) meanwhile?.();
    await perform(dice.pick(calls), undefined);
  }
}

const gatewayNow = (world: World): number => world.now() + world.gatewaySkewMs;

function end(world: World, id: string, instanceId: string, serves: boolean): void {
  const at = gatewayNow(world);
  world.service.setLease(id, instanceId, at, serves ? forEver : at);
}

/** What happens to the lease of a node of a cluster, by the name of it; undefined when there is no node for it. */
export function moveLease(world: World, id: string, random: Random) {
  const { service } = world;
  const at = gatewayNow(world);
  const nodes = service.nodesOf(id);
  const lapsed = nodes.filter(({ expiresAt }) => expiresAt <= at);
  const kind = random.pick(['ends', 'renewed', 'stops', 'serves'] as const);
  const from = kind === 'ends' ? nodes : lapsed;
  if (from.length === 0) return undefined;
  const { instanceId, expiresAt } = random.pick(from);
  const serves = random.chance(0.4);
  const run = {
    ends: () => end(world, id, instanceId, serves),
    renewed: () => service.setLease(id, instanceId, at + longMs),
    stops: () => service.setLease(id, instanceId, expiresAt, at),
    serves: () => service.setLease(id, instanceId, expiresAt, forEver),
  }[kind];
  return { name: `lease-${kind}`, run };
}

/** Nothing is over any more, and everything comes back. */
export function renewAll(world: World): void {
  const at = gatewayNow(world);
  for (const { id } of Object.values(world.config.clusters))
    for (const { instanceId, expiresAt } of world.service.nodesOf(id))
      if (expiresAt <= at) world.service.setLease(id, instanceId, at + longMs);
}
