// What a config means: when schedules occur next, which alarms a cluster takes, and the most that a month can cost.
import { placedAlarms } from '../../domain/config/alarm-overlaps.ts';
import { inCents, nodeCents } from '../../domain/config/money.ts';
import type { ClusterConfig, Config, Schedule } from '../../domain/config/types.ts';
import { nodes } from '../../domain/plural.ts';
import { formatInstant } from '../terminal/instants.ts';
import { occurrencesOf } from './aws-cron.ts';

interface ExplainedSchedule extends Pick<Schedule, 'name' | 'at' | 'timezone'> {
  readonly cluster: string;
  /** Epoch milliseconds. Empty for a rate, which counts from its deployment, and for what is over. */
  readonly next: readonly number[];
}

interface MonthlyCost {
  readonly cluster: string;
  /** The most that can be bought in one UTC month. */
  readonly nodes: number;
  /** Absent without a price. */
  readonly cost?: number;
  readonly currency?: string;
  /** The setting that sets the bound. */
  readonly by: 'limits.budgetPerMonth' | 'limits.maxPerDay';
}

export interface Explanation {
  readonly schedules: readonly ExplainedSchedule[];
  /** The first pattern that matches an alarm takes it. */
  readonly alarms: readonly { readonly name: string; readonly cluster: string }[];
  readonly months: readonly MonthlyCost[];
}

const shown = 3;
const longestMonth = 31;

export function explainConfig({ clusters }: Config, now: number): Explanation {
  const all = Object.entries(clusters);
  return {
    schedules: all.flatMap(([cluster, { schedules }]) =>
      schedules.map((schedule) => {
        const { name, at, timezone } = schedule;
        return { cluster, name, at, ...(timezone !== undefined && { timezone }), next: nextOf(schedule, now) };
      }),
    ),
    // As mostSpecific (domain/config/alarm-rules.ts) chooses: a name before a pattern, a longer pattern before a shorter one.
    alarms: placedAlarms(clusters)
      .toSorted((a, b) => weightOf(b.name) - weightOf(a.name))
      .map(({ name, cluster }) => ({ name, cluster })),
    months: all.map(([cluster, policy]) => ({ cluster, ...mostOf(policy) })),
  };
}

const weightOf = (name: string): number => (name.includes('*') ? name.length : Number.MAX_SAFE_INTEGER);

function nextOf(schedule: Schedule, now: number): readonly number[] {
  if (schedule.at.startsWith('rate(')) return [];
  const occurrences = occurrencesOf(schedule, now);
  const next: number[] = [];
  for (let after = occurrences(now); after !== undefined && next.length < shown; after = occurrences(after))
    next.push(after);
  return next;
}

function mostOf(policy: ClusterConfig): Omit<MonthlyCost, 'cluster'> {
  const { limits, price, dryRun } = policy;
  const cents = nodeCents(policy);
  const byDay = dryRun ? 0 : limits.maxPerDay * longestMonth;
  const affordable =
    limits.budgetPerMonth === undefined || cents === 0
      ? Number.POSITIVE_INFINITY
      : Math.floor(inCents(limits.budgetPerMonth) / cents);
  const count = Math.min(byDay, affordable);
  return {
    nodes: count,
    ...(price && { cost: (count * cents) / 100, currency: price.currency }),
    by: affordable < byDay ? 'limits.budgetPerMonth' : 'limits.maxPerDay',
  };
}

export function explanationLines({ schedules, alarms, months }: Explanation): readonly string[] {
  return [
    'Schedules occur next:',
    ...(schedules.length === 0 ? ['  none'] : schedules.flatMap(scheduleLines)),
    'Alarms go to the first of these that matches their name:',
    ...(alarms.length === 0 ? ['  none'] : alarms.map(({ name, cluster }) => `  ${name}: ${cluster}`)),
    'The most that one UTC month can cost:',
    ...months.map(
      ({ cluster, nodes: count, cost, currency, by }) =>
        `  ${cluster}: ${cost === undefined ? 'no price is configured' : `${cost} ${currency}`}, ${nodes(count)} (${by})`,
    ),
  ];
}

function scheduleLines({ cluster, name, at, timezone = 'UTC', next }: ExplainedSchedule): readonly string[] {
  const none = at.startsWith('rate(') ? 'counted from its deployment' : 'never again';
  const times = next.map((instant) => formatInstant(instant, timezone));
  return [
    `  ${cluster}, ${name}: ${at} in ${timezone}`,
    ...(times.length > 0 ? times : [none]).map((time) => `    ${time}`),
  ];
}
