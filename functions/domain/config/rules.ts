// Rules between the fields of the config: steps without gaps, schedules within limits, unique names.
import { filterProblems } from './alarm-filters.ts';
import { overlapProblems, placedAlarms } from './alarm-overlaps.ts';
import { inCents, nodeCents } from './money.ts';
import { onlyOne, unitProblem } from './one-of.ts';
import { type ReadableLimits, scheduleProblems } from './schedule-rules.ts';
import type { AlarmRule, ClusterConfig, Schedule, Step } from './types.ts';

type Price = NonNullable<ClusterConfig['price']>;

/** Unreadable parts are absent; the rules check the others. */
interface ReadableCluster {
  readonly id?: string | undefined;
  readonly worker?: ClusterConfig['worker'] | undefined;
  readonly limits?: ReadableLimits | undefined;
  readonly price?: { readonly [K in keyof Price]?: Price[K] | undefined } | undefined;
  readonly alarms?: readonly (AlarmRule | undefined)[] | undefined;
  readonly schedules?: readonly (Schedule | undefined)[] | undefined;
}

export function ruleProblems(clusters: Readonly<Record<string, ReadableCluster>>): string[] {
  const entries = Object.entries(clusters);
  if (entries.length === 0) return ['clusters: empty; configure at least one cluster'];
  const namesIn = (list: 'alarms' | 'schedules'): readonly Named[] =>
    entries.flatMap(([cluster, of]) =>
      (of[list] ?? []).map((one, i): Named => [one?.name, `clusters.${cluster}.${list}[${i}].name`]),
    );
  const alarms = placedAlarms(clusters);
  return [
    ...entries.flatMap(([name, of]) => clusterProblems(of).map((problem) => `clusters.${name}.${problem}`)),
    // Compared without case: one cluster must not have two ledgers.
    ...repeated(
      entries.map(([name, of]) => [of.id, `clusters.${name}.id`]),
      (id) => id.toLowerCase(),
    ),
    ...repeated(namesIn('alarms')),
    ...overlapProblems(alarms),
    ...filterProblems(alarms),
    ...repeated(namesIn('schedules')),
  ];
}

type Named = readonly [value: string | undefined, place: string];

function repeated(values: readonly Named[], keyOf = (value: string) => value): string[] {
  const first = new Map<string, string>();
  const problems: string[] = [];
  for (const [value, place] of values) {
    if (value === undefined) continue;
    const earlier = first.get(keyOf(value));
    if (earlier === undefined) first.set(keyOf(value), place);
    else problems.push(`${place}: ${value} is already used by ${earlier}; each must be unique`);
  }
  return problems;
}

function clusterProblems({ limits, price, worker, alarms = [], schedules = [] }: ReadableCluster): string[] {
  const { maxPerPurchase = 0, maxPerDay = Number.POSITIVE_INFINITY, budgetPerMonth } = limits ?? {};
  const { perNodeMonth, currency = '' } = price ?? {};
  const cents = perNodeMonth === undefined || !worker ? 0 : nodeCents({ price: { perNodeMonth, currency }, worker });
  const problems: string[] = [];
  if (maxPerPurchase > maxPerDay)
    problems.push(`limits.maxPerPurchase: ${maxPerPurchase} is above maxPerDay; use at most ${maxPerDay}`);
  if (budgetPerMonth !== undefined && cents > inCents(budgetPerMonth))
    problems.push(
      `limits.budgetPerMonth: ${budgetPerMonth} does not pay for one node; use at least ${`${cents / 100} ${currency}`.trim()} (price.perNodeMonth x worker_period)`,
    );
  return [
    ...problems,
    ...alarms.flatMap((rule, i) => (rule ? stepProblems(rule.steps, limits).map((it) => `alarms[${i}].${it}`) : [])),
    ...scheduleProblems(schedules, {
      limits,
      nodeCents: cents,
      budgetCents: budgetPerMonth === undefined ? undefined : inCents(budgetPerMonth),
    }),
  ];
}

/** Steps cover every breach from 0 once, in one unit, and never add less for a larger breach. */
function stepProblems(steps: readonly Step[], limits: ReadableLimits | undefined): string[] {
  if (steps.length === 0) return ['steps: empty; list at least one step'];
  return steps.flatMap((one, i) =>
    [...boundProblems(one, steps[i - 1], steps[i + 1]), ...amountProblems(one, steps[i - 1], limits)].map(
      (problem) => `steps[${i}]${problem}`,
    ),
  );
}

function boundProblems({ lowerBound, upperBound }: Step, before: Step | undefined, next: Step | undefined): string[] {
  const problems: string[] = [];
  if (!before && lowerBound !== 0)
    problems.push(`.lowerBound: ${lowerBound} leaves a gap; start at 0, the threshold itself`);
  // A wrong step before is reported by itself.
  const start = before?.upperBound;
  if (before && start !== undefined && start > before.lowerBound && start !== lowerBound)
    problems.push(
      `.lowerBound: ${lowerBound} ${lowerBound > start ? 'leaves a gap after' : 'overlaps'} the step before; use ${start}`,
    );
  if (!next && upperBound !== undefined)
    problems.push(`.upperBound: ${upperBound} leaves larger breaches out; remove it from the last step`);
  if (next && upperBound === undefined)
    problems.push(
      `.upperBound: missing; use ${next.lowerBound > lowerBound ? `${next.lowerBound}, where the next step starts` : `a number above ${lowerBound}`}`,
    );
  if (next && upperBound !== undefined && upperBound <= lowerBound)
    problems.push(`.upperBound: ${upperBound} is not above its lowerBound; use a number above ${lowerBound}`);
  return problems;
}

function amountProblems(one: Step, before: Step | undefined, limits: ReadableLimits = {}): string[] {
  const unit = onlyOne(one.add, one.percent, 'add', 'percent');
  if (unit === 'both' || unit === 'neither') return [`: ${unitProblem(unit, 'add', 'percent')}`];
  const unitBefore = before && onlyOne(before.add, before.percent, 'add', 'percent');
  const [amount = 0, amountBefore = 0] = [one[unit], before?.[unit]];
  const problems: string[] = [];
  const { maxPerPurchase } = limits;
  if (maxPerPurchase !== undefined && one.add !== undefined && one.add > maxPerPurchase)
    problems.push(`.add: ${one.add} is above limits.maxPerPurchase; use at most ${maxPerPurchase}`);
  if (amount < amountBefore)
    problems.push(`.${unit}: ${amount} is less than the step before adds; use at least ${amountBefore}`);
  if ((unitBefore === 'add' || unitBefore === 'percent') && unitBefore !== unit)
    problems.push(`: ${unit} after ${unitBefore}; use add in all steps or percent in all steps`);
  return problems;
}
