// The figures of a run, from what was Ready, paid and bought by the minute.
import { nodeCents } from '../domain/config/money.ts';
import type { ClusterConfig } from '../domain/config/types.ts';
import type { Played } from './play.ts';
import {
  type BoughtNodes,
  type Elasticity,
  type Figures,
  type Month,
  type NodesFrom,
  neededNodes,
  type Run,
  type RunKind,
  type RunLimits,
} from './result.ts';
import { minuteMs, shiftOf } from './trace.ts';
import { addMonths } from './world/ack/instants.ts';

export interface Setting {
  readonly policy: ClusterConfig;
  /** As recorded: epoch milliseconds. */
  readonly startAt: number;
  readonly demand: readonly (number | null)[];
  readonly renew: boolean;
}

/** One run of a backtest; without its regret, which needs the optimum. */
export function runOf(kind: RunKind, name: string, played: Played, setting: Setting): Run {
  const { policy, startAt, demand, renew } = setting;
  const { ready, paid, purchases, decisions, heldBackBy, waited, minutesShortBy, breachToReady } = played;
  const cents = nodeCents(policy);
  const bought = purchases.map(
    ({ minute, count, got, readyMinute }): BoughtNodes => ({
      ...{ minute, count, got, cents: got * cents },
      ...(readyMinute !== undefined && { readyMinute }),
    }),
  );
  const shiftMs = shiftOf(startAt);
  const endAt = startAt + demand.length * minuteMs;
  const leases = purchases.flatMap(({ leasesFrom }) => leasesFrom.map((from) => from - shiftMs));
  const renewals = renew ? leases.flatMap((from) => renewalsOf(from, policy.worker.worker_period, endAt)) : [];
  return {
    kind,
    name,
    figures: {
      nodesBought: leases.length,
      purchases: purchases.length,
      renewals: renewals.length,
      cents: (leases.length + renewals.length) * cents,
      ...shortage(demand, ready),
      minutesShortBy,
      ...use(demand, ready),
      breachToReady: { median: quantile(breachToReady, 0.5), p95: quantile(breachToReady, 0.95) },
      elasticity: elasticityOf(demand, ready),
      heldBackBy,
      waited,
    },
    months: monthsOf(startAt, endAt, bought, renewals, cents),
    ready: changesOf(ready),
    paid: changesOf(paid),
    purchases: bought,
    decisions,
    limits: limitsOf(kind, policy),
  };
}

function limitsOf(kind: RunKind, { limits }: ClusterConfig): RunLimits {
  if (kind === 'fixed-fleet' || kind === 'optimum') return {};
  const { maxNodes, maxPerPurchase, maxPerDay, budgetPerMonth } = limits;
  return {
    ...{ maxNodes, maxPerPurchase, maxPerDay },
    ...(budgetPerMonth !== undefined && { budgetPerMonthCents: Math.round(budgetPerMonth * 100) }),
  };
}

/** When a lease is paid for once more, before the end of the trace. */
function renewalsOf(from: number, periodMonths: number, endAt: number): readonly number[] {
  const at: number[] = [];
  for (let n = 1; addMonths(from, n * periodMonths) < endAt; n += 1) at.push(addMonths(from, n * periodMonths));
  return at;
}

type Shortage = Pick<Figures, 'minutesShort' | 'spellsShort' | 'nodeMinutesShort' | 'mostShort'>;

function shortage(demand: readonly (number | null)[], ready: Uint16Array): Shortage {
  let [minutesShort, spellsShort, nodeMinutesShort, mostShort] = [0, 0, 0, 0];
  let wasShort = false;
  for (const [minute, value] of demand.entries()) {
    const missing = neededNodes(value) - (ready[minute] ?? 0);
    const isShort = missing > 0;
    if (isShort) {
      minutesShort += 1;
      nodeMinutesShort += missing;
      mostShort = Math.max(mostShort, missing);
      if (!wasShort) spellsShort += 1;
    }
    wasShort = isShort;
  }
  return { minutesShort, spellsShort, nodeMinutesShort, mostShort };
}

function use(
  demand: readonly (number | null)[],
  ready: Uint16Array,
): Pick<Figures, 'nodeHours' | 'idleNodeHours' | 'mostNodes'> {
  let [nodeMinutes, idleMinutes, mostNodes] = [0, 0, 0];
  for (const [minute, value] of demand.entries()) {
    const nodes = ready[minute] ?? 0;
    nodeMinutes += nodes;
    // Where the metric has no value, it is not known what was needed.
    if (value !== null) idleMinutes += Math.max(0, nodes - neededNodes(value));
    mostNodes = Math.max(mostNodes, nodes);
  }
  return { nodeHours: Math.round(nodeMinutes / 60), idleNodeHours: Math.round(idleMinutes / 60), mostNodes };
}

/**
 * Herbst et al., "Ready for rain? A view from SPEC research on the future of cloud metrics" (SPEC-RG-2016-01): under- and
 * over-provisioning accuracy and timeshare. Minutes that need no node, or have no value, are left out of the accuracies.
 */
function elasticityOf(demand: readonly (number | null)[], ready: Uint16Array): Elasticity {
  let [known, underShare, overShare, under, over] = [0, 0, 0, 0, 0];
  for (const [minute, value] of demand.entries()) {
    if (value === null) continue;
    known += 1;
    const [needed, nodes] = [neededNodes(value), ready[minute] ?? 0];
    if (needed > nodes) under += 1;
    if (needed < nodes) over += 1;
    if (needed === 0) continue;
    underShare += Math.max(0, needed - nodes) / needed;
    overShare += Math.max(0, nodes - needed) / needed;
  }
  const percent = (sum: number): number => (known === 0 ? 0 : rounded((100 * sum) / known));
  return {
    underAccuracy: percent(underShare),
    overAccuracy: percent(overShare),
    underTimeshare: percent(under),
    overTimeshare: percent(over),
  };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** Nearest rank. */
function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** All UTC months of the trace, and those in which something was paid. */
function monthsOf(
  startAt: number,
  endAt: number,
  bought: readonly BoughtNodes[],
  renewals: readonly number[],
  cents: number,
): readonly Month[] {
  const months = new Map<string, { nodes: number; cents: number }>();
  const of = (at: number) => {
    const month = new Date(at).toISOString().slice(0, 7);
    const known = months.get(month) ?? { nodes: 0, cents: 0 };
    months.set(month, known);
    return known;
  };
  for (let at = startAt; at < endAt; at = Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth() + 1))
    of(at);
  for (const one of bought) {
    const month = of(startAt + one.minute * minuteMs);
    month.nodes += one.got;
    month.cents += one.cents;
  }
  for (const at of renewals) of(at).cents += cents;
  return [...months].map(([month, sums]) => ({ month, ...sums }));
}

function changesOf(nodes: Uint16Array): readonly NodesFrom[] {
  const changes: NodesFrom[] = [];
  let last: number | undefined;
  for (const [minute, count] of nodes.entries()) {
    if (count !== last) changes.push([minute, count]);
    last = count;
  }
  return changes;
}
