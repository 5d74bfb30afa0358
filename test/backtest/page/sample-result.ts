// A made-up result, as large as asked for: a toy of the engine, so that the page can be tested without it. The figures are those of
// its series.
import { cheapestCover } from '../../../functions/backtest/optimum.ts';
import {
  type BacktestInput,
  type BacktestResult,
  type BoughtNodes,
  type DecisionMade,
  type Figures,
  type Month,
  type NodesFrom,
  neededNodes,
  perMinute,
  type Run,
  type RunKind,
} from '../../../functions/backtest/result.ts';

/** Text that a page must not take for markup: names of alarms and files are chosen by others. */
export const hostile = `"><img src=x onerror="document.title='owned'"></script><script>document.title='owned'</script>&amp;'`;

const dayMinutes = 1440;
const leaseMinutes = 30 * dayMinutes;
const joinMinutes = 12;
const nodeCents = 18_000;
const initialNodes = 3;

export interface SampleOptions {
  readonly days: number;
  readonly against?: boolean;
}

export function sampleResult({ days, against = true }: SampleOptions): BacktestResult {
  const demand = madeUpDemand(days * dayMinutes);
  const input: BacktestInput = {
    name: `load ${hostile}.csv`,
    format: 'csv',
    kind: 'load',
    startAt: Date.parse('1998-05-31T16:00:00Z'),
    minutes: demand.length,
    perNode: 5000,
    initialNodes,
    alarm: 'above 70 % for 3 minutes',
    alarmAt: 70,
    demand,
    problems: [
      { line: 17, says: `"${hostile}" is no number: taken as missing`, more: 3 },
      { says: 'two minutes are there twice: the later line counts' },
    ],
  };
  const best = optimumRun(input);
  const runs = [
    policyRun(input, 'policy', { at: 0.95, step: 1 }),
    ...(against ? [policyRun(input, 'against', { at: 0.8, step: 2 })] : []),
    policyRun(input, 'once-per-alarm', { at: 0.95, step: 3 }),
    fixedFleet(input),
    best,
  ];
  return {
    version: 1,
    cluster: 'edge-beijing',
    currency: 'CNY',
    input,
    assumptions: [
      { label: 'Metric', value: `load ${hostile}.csv (CSV)` },
      { label: 'Nodes join', value: '12 minutes after their purchase' },
      { label: 'A lease', value: 'is 30 days; none is renewed' },
      { label: 'Refusals', value: '2 % of the purchases fail for want of stock' },
    ],
    runs: runs.map((run) => ({
      ...run,
      figures: { ...run.figures, regretCents: run.figures.cents - best.figures.cents },
    })),
    differences: against
      ? [
          { setting: 'alarms[0].steps', policy: 'from 0 add 1', against: 'from 0 add 2' },
          { setting: 'cooldownMinutes', policy: '15', against: '5' },
        ]
      : [],
    suggestions: [0, 1, 2, 3].map((n) => ({
      says: `steps from 0 add ${n + 1}, cooldownMinutes ${15 - n}`,
      changes: [{ setting: 'cooldownMinutes', value: String(15 - n) }],
      nodesBought: 20 + 6 * n,
      cents: (20 + 6 * n) * nodeCents,
      minutesShort: Math.round(400 / (n + 1) ** 2),
      nodeMinutesShort: Math.round(900 / (n + 1) ** 2),
      ...(n === 1 && { says: 'as it is', isToday: true as const }),
    })),
  };
}

/** Days and weeks, an evening's spike now and then, and gaps. */
function madeUpDemand(minutes: number): readonly (number | null)[] {
  let noise = 7;
  return Array.from({ length: minutes }, (_, minute) => {
    noise = (noise * 16_807) % 2_147_483_647;
    const day = Math.floor(minute / dayMinutes);
    if (day % 9 === 4 && minute % dayMinutes < 40) return null;
    const daily = 4 + 2.5 * Math.sin((2 * Math.PI * (minute - 500)) / dayMinutes) + (day % 7 < 5 ? 1 : 0);
    const inSpike = Math.abs((minute % dayMinutes) - 1230) < 70 && day % 5 === 2;
    const spike = inSpike ? (5 + (day % 4)) * (1 - Math.abs((minute % dayMinutes) - 1230) / 70) : 0;
    return Math.round((daily + spike + Math.min(day, 60) / 12 + ((noise % 1000) / 1000 - 0.5) * 0.6) * 1000) / 1000;
  });
}

const maxNodes = 20;
const maxPerDay = 5;

const fleet = ({ minutes }: BacktestInput) => new Uint16Array(minutes).fill(initialNodes);

function policyRun(
  input: BacktestInput,
  kind: RunKind,
  { at, step }: { readonly at: number; readonly step: number },
): Run {
  const purchases: BoughtNodes[] = [];
  const decisions: DecisionMade[] = [];
  const [ready, paid] = [fleet(input), fleet(input)];
  const add = (nodes: Uint16Array, from: number, count: number) => {
    const until = Math.min(nodes.length, from + leaseMinutes);
    for (let minute = from; minute < until; minute++) nodes[minute] = (nodes[minute] ?? 0) + count;
  };
  let [beyond, quietUntil] = [0, 0];
  const dayOf = (minute: number) => Math.floor((input.startAt + minute * 60_000) / 86_400_000);
  input.demand.forEach((value, minute) => {
    const present = ready[minute] ?? 0;
    const withPending = paid[minute] ?? 0;
    beyond = (value ?? 0) > at * present ? beyond + 1 : 0;
    if (beyond < 3 || minute < quietUntil) return;
    quietUntil = minute + 15;
    const today = purchases
      .filter((one) => dayOf(one.minute) === dayOf(minute))
      .reduce((sum, { count }) => sum + count, 0);
    const [roomToday, room] = [maxPerDay - today, maxNodes - withPending];
    const count = Math.max(0, Math.min(step, room, roomToday));
    const limit = count === step ? undefined : roomToday < room ? 'max-per-day' : 'max-nodes';
    const says = `edge-cpu${decisions.length === 0 ? hostile : ''} is beyond its threshold by ${beyond}: add ${step} (${present} in the cluster, ${withPending - present} on their way)`;
    decisions.push({
      minute,
      outcome: count > 0 ? 'bought' : 'skipped',
      count,
      key: `cloudwatch/edge-beijing/${minute}`,
      says:
        count > 0
          ? `${says}; buy ${count} for ${(count * nodeCents) / 100} CNY`
          : `${says}: the limit ${limit} leaves room for none`,
      ...(limit !== undefined && { limit }),
      ...(count === 0 && limit !== undefined && { reason: limit, times: 4 }),
    });
    if (count === 0) return;
    add(paid, minute, count);
    add(ready, minute + joinMinutes, count);
    purchases.push({ minute, count, got: count, cents: count * nodeCents, readyMinute: minute + joinMinutes });
  });
  return runOf(input, kind, { purchases, decisions, delay: joinMinutes });
}

function fixedFleet(input: BacktestInput): Run {
  const most = input.demand.reduce<number>((high, value) => Math.max(high, neededNodes(value)), 0);
  const count = Math.max(0, most - initialNodes);
  const purchases = Array.from({ length: Math.ceil(input.minutes / leaseMinutes) }, (_, n) => ({
    minute: n * leaseMinutes,
    count,
    got: count,
    cents: count * nodeCents,
    readyMinute: n * leaseMinutes,
  }));
  return runOf(input, 'fixed-fleet', { purchases, decisions: [], delay: 0 });
}

function optimumRun(input: BacktestInput): Run {
  const purchases = cheapestCover(input.demand, initialNodes, leaseMinutes).purchases.map(([minute, count]) => ({
    minute,
    count,
    got: count,
    cents: count * nodeCents,
    readyMinute: minute,
  }));
  return runOf(input, 'optimum', { purchases, decisions: [], delay: 0 });
}

const names: Readonly<Record<RunKind, string>> = {
  policy: 'functions/config.ts',
  against: 'earlier-and-larger.ts',
  'once-per-alarm': 'buys once per alarm',
  'fixed-fleet': 'a fixed fleet that is never short',
  optimum: 'knows the future',
};

interface Bought {
  readonly purchases: readonly BoughtNodes[];
  readonly decisions: readonly DecisionMade[];
  readonly delay: number;
}

function runOf(input: BacktestInput, kind: RunKind, { purchases, decisions, delay }: Bought): Run {
  const ready = changes(input.minutes, purchases, delay);
  const paid = changes(input.minutes, purchases, 0);
  return {
    kind,
    name: names[kind],
    figures: figuresOf(input, perMinute(ready, input.minutes), purchases, decisions),
    months: monthsOf(input, purchases),
    ready,
    paid,
    purchases,
    decisions,
    limits: decisions.length > 0 ? { maxNodes, maxPerDay, budgetPerMonthCents: 300_000 } : {},
  };
}

function changes(minutes: number, purchases: readonly BoughtNodes[], delay: number): readonly NodesFrom[] {
  const steps = new Map<number, number>([[0, initialNodes]]);
  for (const { minute, got } of purchases) {
    steps.set(minute + delay, (steps.get(minute + delay) ?? 0) + got);
    steps.set(minute + leaseMinutes, (steps.get(minute + leaseMinutes) ?? 0) - got);
  }
  let present = 0;
  return [...steps]
    .filter(([minute]) => minute < minutes)
    .toSorted(([a], [b]) => a - b)
    .map(([minute, step]): NodesFrom => {
      present += step;
      return [minute, present];
    });
}

function figuresOf(
  { demand, minutes }: BacktestInput,
  ready: readonly number[],
  purchases: readonly BoughtNodes[],
  decisions: readonly DecisionMade[],
): Figures {
  const needed = demand.map(neededNodes);
  const missing = needed.map((nodes, minute) => Math.max(0, nodes - (ready[minute] ?? 0)));
  const idle = needed.map((nodes, minute) => Math.max(0, (ready[minute] ?? 0) - nodes));
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const most = (numbers: readonly number[]) => numbers.reduce((high, one) => Math.max(high, one), 0);
  const minutesShort = missing.filter((nodes) => nodes > 0).length;
  const cut = (name: string) => decisions.filter(({ limit }) => limit === name).length;
  return {
    nodesBought: sum(purchases.map(({ got }) => got)),
    purchases: purchases.length,
    renewals: 0,
    cents: sum(purchases.map(({ cents }) => cents)),
    minutesShort,
    spellsShort: missing.filter((nodes, minute) => nodes > 0 && !((missing[minute - 1] ?? 0) > 0)).length,
    nodeMinutesShort: sum(missing),
    mostShort: most(missing),
    minutesShortBy: { beforeAlarm: Math.min(3, minutesShort), onTheirWay: Math.max(0, minutesShort - 3), otherwise: 0 },
    nodeHours: sum(ready) / 60,
    idleNodeHours: sum(idle) / 60,
    mostNodes: most(ready),
    breachToReady: decisions.length > 0 ? { median: 14, p95: 17.5 } : { median: null, p95: null },
    elasticity: {
      underAccuracy: (100 * sum(missing)) / sum(needed),
      overAccuracy: (100 * sum(idle)) / sum(needed),
      underTimeshare: (100 * minutesShort) / minutes,
      overTimeshare: (100 * idle.filter((nodes) => nodes > 0).length) / minutes,
    },
    heldBackBy: { 'max-nodes': cut('max-nodes'), 'max-per-day': cut('max-per-day'), 'max-per-purchase': 0, budget: 0 },
    waited: { cooldown: decisions.length },
  };
}

function monthsOf({ startAt, minutes }: BacktestInput, purchases: readonly BoughtNodes[]): readonly Month[] {
  const monthAt = (minute: number) => new Date(startAt + minute * 60_000).toISOString().slice(0, 7);
  const months = new Set(Array.from({ length: Math.ceil(minutes / 60) }, (_, hour) => monthAt(hour * 60)));
  return [...months].map((month) => {
    const those = purchases.filter(({ minute }) => monthAt(minute) === month);
    return {
      month,
      nodes: those.reduce((sum, { got }) => sum + got, 0),
      cents: those.reduce((sum, { cents }) => sum + cents, 0),
    };
  });
}
