// The clusters of a history and their policies, and what another deployment says of them.
import { completeConfig } from '../../functions/domain/config/defaults.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import type { Random } from './random.ts';
import { crowded, scarce, usual, type Weather } from './weather.ts';

const worker = {
  worker_instance_type: 'ens.sn1.tiny',
  ens_region_id: 'cn-beijing-telecom',
  worker_image_id: 'm-2QVLO2T8NYgm8CNQVg15gF',
  ens_internet_charge_type: 'BandwidthByDay',
  worker_period: 1,
  worker_system_disk_size: 20,
} as const;

interface PolicyOptions {
  readonly exclusive: boolean;
  readonly rearm: boolean;
  readonly maxPerDay: number;
  readonly maxNodes: number;
  readonly cooldownMinutes: number;
  readonly budget?: number | undefined;
  readonly nodeJoinTimeoutMinutes?: number;
  readonly dryRun?: boolean;
  /** Its alarms ask again. */
  readonly again?: { readonly afterMinutes: number; readonly times: number };
  /** Nodes for a large breach. Default: 3. */
  readonly largeStep?: number;
  /** Its alarms ask for nothing. */
  readonly withoutRule?: boolean;
}

/** From so far beyond its threshold on, an alarm asks for the larger of its two steps. */
export const largeBreach = 10;

export function clusterConfig(name: string, options: PolicyOptions) {
  const { exclusive, rearm, maxPerDay, maxNodes, cooldownMinutes, budget, nodeJoinTimeoutMinutes } = options;
  const steps = [
    { lowerBound: 0, upperBound: largeBreach, add: 1 },
    { lowerBound: largeBreach, add: Math.min(options.largeStep ?? 3, maxPerDay) },
  ];
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
    dryRun: options.dryRun ?? false,
    alarms: options.withoutRule ? [] : [{ name: `${name}-*`, steps, ...(options.again && { again: options.again }) }],
  };
}

export interface Policies {
  readonly config: Config;
  /** The one that is in use before it, if another. */
  readonly earlier?: Config;
}

export function drawPolicies(
  random: Random,
  clusters: readonly string[],
  weather: Weather,
  console: boolean,
): Policies {
  const options = clusters.map((name) => [name, drawOptions(random, weather, console)] as const);
  const config = configOf(options);
  if (!random.chance(weather === crowded ? 0.6 : 0.25)) return { config };
  const changed = random.below(options.length);
  const withChange = (change: (its: PolicyOptions) => PolicyOptions): Config =>
    configOf(options.map(([name, its], at) => [name, at === changed ? change(its) : its]));
  // People have bought where nobody may from now on: what is in doubt from before must not be taken for the only task.
  if (console && random.chance(0.6))
    return { config: withChange((its) => ({ ...its, exclusive: true, rearm: random.chance(0.5) })), earlier: config };
  const other = withChange((its) => drawChange(random, its));
  return random.chance(0.5) ? { config, earlier: other } : { config: other, earlier: config };
}

const configOf = (options: readonly (readonly [string, PolicyOptions])[]): Config =>
  completeConfig({ clusters: Object.fromEntries(options.map(([name, its]) => [name, clusterConfig(name, its)])) });

function drawOptions(random: Random, weather: Weather, console: boolean): PolicyOptions {
  const likely = weather === usual ? 0.5 : 0.8;
  // What stands asks in vain where a limit is reached.
  const room = weather.stands ? 15 : 0;
  return {
    exclusive: !console && random.chance(likely),
    rearm: random.chance(likely),
    maxPerDay: 2 + room + random.below(12),
    maxNodes: 3 + room + random.below(20),
    cooldownMinutes: random.pick(weather === scarce ? [5, 20] : [0, 0, 5]),
    ...((random.chance(0.3) || weather.stands) && {
      again: { afterMinutes: 1 + random.below(5), times: 1 + random.below(3) },
    }),
    ...(random.chance(weather.stands ? 0.05 : 0.3) && { budget: 100 * (1 + random.below(8)) }),
    // More than one purchase brings, so that a repeat while they are on their way still misses some.
    ...(weather.stands && { largeStep: 6 }),
    ...(weather.taskMinutes && { nodeJoinTimeoutMinutes: 2 * weather.taskMinutes }),
  };
}

/** One or two things that a deployment changes. */
function drawChange(random: Random, its: PolicyOptions): PolicyOptions {
  const changes: readonly (() => Partial<PolicyOptions>)[] = [
    () => ({ maxPerDay: 1 + random.below(4), maxNodes: 2 + random.below(6) }),
    () => ({ budget: its.budget === undefined ? 100 * (1 + random.below(4)) : undefined }),
    () => ({ cooldownMinutes: its.cooldownMinutes === 0 ? 10 : 0 }),
    () => ({ rearm: !its.rearm }),
    () => ({ rearm: !its.rearm }),
    () => ({ exclusive: !its.exclusive }),
    () => ({ withoutRule: true }),
    () => ({ dryRun: true }),
    () => ({ dryRun: true }),
  ];
  return { ...its, ...random.pick(changes)(), ...(random.chance(0.4) && random.pick(changes)()) };
}
