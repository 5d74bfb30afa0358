// What a backtest tells: the JSON of `scale-out backtest --json`, from which the terminal's report and the page are made. Money is in
// hundredths of the currency; instants are epoch milliseconds of the trace as it was recorded; minutes count from its first one.
import type { DeferralReason, LimitName } from '../domain/job/decision.ts';

export interface BacktestResult {
  readonly version: 1;
  readonly cluster: string;
  /** Absent where the config names no price: then all money is 0. */
  readonly currency?: string;
  readonly input: BacktestInput;
  /** What the world is assumed to be like, in words, in the order to show it. */
  readonly assumptions: readonly Assumption[];
  /** The policy under test, `--against`, then those that others do not need to beat: the plain rivals, and the optimum. */
  readonly runs: readonly Run[];
  /** What differs between the policy under test and `--against`; empty without it. */
  readonly differences: readonly Difference[];
  /** With `--suggest`: the front of money against minutes short, cheapest first. */
  readonly suggestions?: readonly Suggestion[];
}

export interface BacktestInput {
  /** Of the file. */
  readonly name: string;
  readonly format: 'csv' | 'cloudwatch' | 'prometheus' | 'alarm-history';
  /** Load is the demand itself; of utilisation, demand is the value times the nodes at that time. */
  readonly kind: 'load' | 'utilisation';
  /** The first minute. */
  readonly startAt: number;
  readonly minutes: number;
  /** The load that one node carries, in the unit of the metric; absent for utilisation. */
  readonly perNode?: number;
  /** Ready at the start, and not of the policy: they stay to the end and cost nothing here. */
  readonly initialNodes: number;
  /** When the alarm goes off, in words, such as `above 70 % for 3 minutes`. */
  readonly alarm: string;
  /** Percent of what the Ready nodes carry; absent when the transitions are from an alarm history. */
  readonly alarmAt?: number;
  /**
   * Nodes that each minute needs, with fractions: the whole ones above are what must be Ready. Null where the metric has no value.
   * `minutes` long.
   */
  readonly demand: readonly (number | null)[];
  /** What is odd in the file, and what was done about it. */
  readonly problems: readonly InputProblem[];
}

export interface InputProblem {
  /** From 1; of JSON, the line where the value stands. Absent where it is about the file. */
  readonly line?: number;
  /** Further lines with the same. */
  readonly more?: number;
  readonly says: string;
}

export interface Assumption {
  readonly label: string;
  readonly value: string;
}

export type RunKind = 'policy' | 'against' | 'once-per-alarm' | 'fixed-fleet' | 'optimum';

export interface Run {
  readonly kind: RunKind;
  /** For a table, such as `functions/config.ts` or `buys once per alarm`. */
  readonly name: string;
  readonly figures: Figures;
  readonly months: readonly Month[];
  /** From that minute on so many nodes are Ready; the first entry is minute 0. */
  readonly ready: readonly NodesFrom[];
  /** Nodes that are paid for, Ready or on their way; those of the start included. */
  readonly paid: readonly NodesFrom[];
  readonly purchases: readonly BoughtNodes[];
  /** Every one that is no repetition. Rivals and optimum decide nothing. */
  readonly decisions: readonly DecisionMade[];
  readonly limits: RunLimits;
}

export type NodesFrom = readonly [minute: number, nodes: number];

/** Those of the policy; absent for what has none. */
export interface RunLimits {
  readonly maxNodes?: number;
  readonly maxPerPurchase?: number;
  readonly maxPerDay?: number;
  readonly budgetPerMonthCents?: number;
}

export interface Figures {
  readonly nodesBought: number;
  readonly purchases: number;
  /** Lease periods paid for after the first one of each node. */
  readonly renewals: number;
  /** Of purchases and renewals. */
  readonly cents: number;
  /** Minutes in which fewer nodes are Ready than are needed. */
  readonly minutesShort: number;
  /** Times that it became short. */
  readonly spellsShort: number;
  /** The missing nodes of those minutes, added up. */
  readonly nodeMinutesShort: number;
  /** At the same time. */
  readonly mostShort: number;
  /** Those minutes by what keeps the cluster short: no alarm yet; bought nodes are not Ready yet; or a limit, or a wait. */
  readonly minutesShortBy: { readonly beforeAlarm: number; readonly onTheirWay: number; readonly otherwise: number };
  /** Of nodes that were Ready. */
  readonly nodeHours: number;
  /** Of nodes that were Ready and not needed. */
  readonly idleNodeHours: number;
  /** Ready at the same time. */
  readonly mostNodes: number;
  /** Minutes from a first breach to the first node that it bought being Ready; null where nothing was bought for a breach. */
  readonly breachToReady: { readonly median: number | null; readonly p95: number | null };
  /** The elasticity metrics of SPEC's research group, all in percent. */
  readonly elasticity: Elasticity;
  /** Money beyond that of the optimum; less than 0 for a policy that was short instead. Absent before there is an optimum. */
  readonly regretCents?: number;
  /** How often a limit cut a purchase down or away. */
  readonly heldBackBy: Readonly<Record<LimitName, number>>;
  /** How often a job had to wait, by reason. */
  readonly waited: Readonly<Partial<Record<DeferralReason, number>>>;
}

export interface Elasticity {
  /** Missing nodes as a share of the needed ones, averaged over time. */
  readonly underAccuracy: number;
  /** Superfluous nodes as a share of the needed ones, averaged over time. */
  readonly overAccuracy: number;
  /** Share of the time with missing nodes. */
  readonly underTimeshare: number;
  /** Share of the time with superfluous nodes. */
  readonly overTimeshare: number;
}

export interface Month {
  /** As recorded: 1998-06. */
  readonly month: string;
  readonly nodes: number;
  readonly cents: number;
}

export interface BoughtNodes {
  readonly minute: number;
  /** Asked for, and paid where they came. */
  readonly count: number;
  readonly got: number;
  readonly cents: number;
  /** The minute in which the last one is Ready; absent where none came within the trace. */
  readonly readyMinute?: number;
}

export interface DecisionMade {
  readonly minute: number;
  readonly outcome: 'bought' | 'skipped' | 'waited' | 'rejected' | 'dead-lettered';
  /** Nodes bought. */
  readonly count: number;
  /** Why: `satisfied`, a limit's name, `cooldown`. Absent for a purchase. */
  readonly reason?: string;
  /** The limit that cut it, also where something was bought. */
  readonly limit?: LimitName;
  /** What decided: the function's own sentence. */
  readonly says: string;
  /** Of the job. */
  readonly key: string;
  /** How often in a row the same was decided; absent for once. */
  readonly times?: number;
}

export interface Difference {
  /** Path in the config, such as `cooldownMinutes`. */
  readonly setting: string;
  readonly policy: string;
  readonly against: string;
}

export interface Suggestion {
  /** What to write into the config, in words that name the settings. */
  readonly says: string;
  readonly changes: readonly { readonly setting: string; readonly value: string }[];
  readonly nodesBought: number;
  readonly cents: number;
  readonly minutesShort: number;
  readonly nodeMinutesShort: number;
  /** Whether it is the policy under test as it is. */
  readonly isToday?: true;
}

/** Step changes as one number per minute. */
export function perMinute(changes: readonly NodesFrom[], minutes: number): number[] {
  const nodes: number[] = [];
  for (const [i, [, count]] of changes.entries()) {
    const until = Math.min(changes[i + 1]?.[0] ?? minutes, minutes);
    while (nodes.length < until) nodes.push(count);
  }
  return nodes;
}

/** Whole nodes that a minute needs. A sum such as 3.0000000001 is 3. */
export const neededNodes = (demand: number | null): number => (demand === null ? 0 : Math.ceil(demand - 1e-9));
