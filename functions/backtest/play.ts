// Plays a trace through the functions, minute by minute. A minute in which nothing can happen is skipped; what comes out is the same.
import { scheduleInput } from '../domain/config/schedule-input.ts';
import type { ClusterConfig, Schedule } from '../domain/config/types.ts';
import { lastCameAt } from '../domain/decision/in-flight.ts';
import { timings } from '../domain/timings.ts';
import { followShop, type PlayedPurchase } from './follow-shop.ts';
import { createFunctions, type Functions } from './functions.ts';
import { createLoadAlarm, createRecordedAlarm, type Transition } from './load-alarm.ts';
import { createNotes } from './note-decisions.ts';
import { type DecisionMade, type Figures, neededNodes } from './result.ts';
import { minuteMs, shiftOf, type Trace } from './trace.ts';

/** What is assumed of everything around the functions. */
export interface World {
  readonly initialNodes: number;
  readonly alarm: AlarmDefinition;
  /** Of a purchase, until its last node boots: whole minutes. */
  readonly taskMinutes: number;
  /** Of a node, from its boot until it is Ready. */
  readonly joinMinutes: number;
  /** Percent of purchases that are refused for lack of stock. */
  readonly failPercent: number;
  /** A lease that ends is renewed, so no node leaves. */
  readonly renew: boolean;
  /** Percent of what a node carries that it should be used to: with more, nodes are missing. */
  readonly fullPercent: number;
  /** When a schedule is due: the first time after an instant, in epoch milliseconds. */
  readonly occurrencesOf: (schedule: Schedule, startAt: number) => (after: number) => number | undefined;
}

export type AlarmDefinition =
  | {
      readonly kind: 'threshold';
      readonly name: string;
      /** In percent of what the Ready nodes carry, or in the unit of the load. */
      readonly above: number;
      readonly of: 'percent' | 'load';
      /** Minutes in a row. */
      readonly forMinutes: number;
      /** Whole minutes until CloudWatch has the value of a minute. */
      readonly lagMinutes: number;
    }
  | { readonly kind: 'recorded'; readonly transitions: readonly Transition[] };

/** What happened, by the minute. */
export interface Played {
  readonly ready: Uint16Array;
  readonly paid: Uint16Array;
  readonly purchases: readonly PlayedPurchase[];
  readonly decisions: readonly DecisionMade[];
  readonly heldBackBy: Figures['heldBackBy'];
  readonly waited: Figures['waited'];
  readonly minutesShortBy: Figures['minutesShortBy'];
  /** Of each breach that bought: minutes until the first of its nodes was Ready. */
  readonly breachToReady: readonly number[];
}

interface PlayOptions {
  readonly cluster: string;
  readonly policy: ClusterConfig;
  readonly trace: Trace;
  readonly demand: readonly (number | null)[];
  readonly world: World;
  /** Skips nothing: for the bench, and for the test that skipping changes nothing. */
  readonly everyMinute?: true;
  readonly onProgress?: (minute: number) => void;
}

const progressEvery = 20_000;

export async function play(options: PlayOptions): Promise<Played> {
  const { cluster, policy, trace, demand, world, everyMinute = false, onProgress } = options;
  const { loads, perNode } = trace;
  const { initialNodes, alarm: definition, renew } = world;
  const minutes = loads.length;
  const shiftMs = shiftOf(trace.startAt);
  const startAt = trace.startAt + shiftMs;
  let now = startAt;
  const notes = createNotes(() => Math.round((now - startAt) / minuteMs), shiftMs);
  const alarm = alarmOf(definition, shiftMs);
  const functions = createFunctions({
    ...{ cluster, policy, initialNodes, now: () => now, alarms: alarm.alarms, leasesEnd: !renew },
    pace: { taskDurationMs: world.taskMinutes * minuteMs, nodeJoinMs: world.joinMinutes * minuteMs },
    failPercent: world.failPercent,
    onLog: notes.add,
  });
  const shop = followShop({ functions, policy, startAt, minutes, leasesEnd: !renew });
  const occurrences = createTimetable(cluster, policy, startAt, world);
  const breaches = createBreaches();
  const metricOf = createMetric(definition, perNode);
  const rest = createRest(functions, policy, () => now);
  const [ready, paid] = [new Uint16Array(minutes), new Uint16Array(minutes)];
  const minutesShortBy = { beforeAlarm: 0, onTheirWay: 0, otherwise: 0 };
  const values: (number | null)[] = [];
  let [readyNow, paidNow] = [initialNodes, initialNodes];

  for (let minute = 0; minute < minutes; minute += 1) {
    now = startAt + minute * minuteMs;
    if (minute % progressEvery === 0) onProgress?.(minute);
    readyNow += shop.readyChange[minute] ?? 0;
    const left = shop.paidChange[minute] ?? 0;
    paidNow += left;
    ready[minute] = readyNow;
    if (left < 0) rest.wake();

    values.push(metricOf(loads[minute] ?? null, readyNow));
    const lag = definition.kind === 'threshold' ? definition.lagMinutes : 0;
    const stood = alarm.standsSince();
    if (minute >= lag) {
      const value = values[minute - lag] ?? null;
      const told = alarm.record(now, value);
      for (const body of told) functions.put(body);
      breaches.record(minute - lag, told.length > 0, isAbove(definition, value));
    }
    if (alarm.standsSince() !== stood) rest.wake();
    for (const body of occurrences(now)) functions.put(body);

    if (everyMinute || rest.needsVisit()) await functions.visit();
    const standsSince = alarm.standsSince();
    const standsLong = standsSince !== undefined && now - standsSince > timings.alarmGraceMs;
    if (functions.isCheckDue() && (everyMinute || (standsLong && !rest.isAsleep()))) {
      await functions.checkAlarms();
      if (!functions.hasMessages()) rest.sleepUntilAsked();
    }
    if (functions.hasMessages()) {
      rest.wake();
      await functions.deliver();
      if (notes.takeVain()) rest.sleepUntilRoom();
    }
    for (const bought of shop.take(minute)) {
      paidNow += bought.got;
      if (notes.lastSource() === 'cloudwatch') breaches.bought(bought);
    }
    paid[minute] = paidNow;

    if (neededNodes(demand[minute] ?? null) > readyNow)
      minutesShortBy[
        standsSince === undefined && alarm.standsSince() === undefined
          ? 'beforeAlarm'
          : paidNow > readyNow
            ? 'onTheirWay'
            : 'otherwise'
      ] += 1;
  }
  onProgress?.(minutes);
  const { decisions, heldBackBy, waited } = notes;
  return {
    ...{ ready, paid, purchases: shop.purchases, decisions, heldBackBy, waited, minutesShortBy },
    breachToReady: breaches.untilReady(),
  };
}

function alarmOf(definition: AlarmDefinition, shiftMs: number) {
  if (definition.kind === 'threshold')
    return createLoadAlarm({
      ...{ name: definition.name, threshold: definition.above, datapoints: definition.forMinutes },
    });
  return createRecordedAlarm(definition.transitions.map((one) => ({ ...one, at: one.at + shiftMs })));
}

/** What the alarm looks at: the use of the Ready nodes, or the load itself. */
function createMetric(definition: AlarmDefinition, perNode: number) {
  const isLoad = definition.kind === 'threshold' && definition.of === 'load';
  return (load: number | null, ready: number): number | null => {
    if (load === null || isLoad) return load;
    return (100 * load) / (perNode * ready);
  };
}

const isAbove = (definition: AlarmDefinition, value: number | null): boolean =>
  definition.kind === 'threshold' && value !== null && value > definition.above;

/** The messages of schedules, at the minute in which each one is due. */
function createTimetable(
  cluster: string,
  { schedules }: ClusterConfig,
  startAt: number,
  { occurrencesOf }: World,
): (now: number) => readonly string[] {
  const due = schedules.map((schedule) => {
    const after = occurrencesOf(schedule, startAt);
    // One that is due in the very first minute counts.
    return { schedule, after, next: after(startAt - 1) };
  });
  return (now) => {
    const bodies: string[] = [];
    for (const one of due)
      while (one.next !== undefined && one.next <= now) {
        const scheduledTime = `${new Date(one.next).toISOString().slice(0, 19)}Z`;
        bodies.push(JSON.stringify(scheduleInput(cluster, one.schedule, scheduledTime)));
        one.next = one.after(one.next);
      }
    return bodies;
  };
}

/** From the first value above the threshold to the first node that was bought for it. */
function createBreaches() {
  let above: number | undefined;
  let open: { readonly from: number; until?: number } | undefined;
  const all: NonNullable<typeof open>[] = [];
  return {
    /** @param minute of the value */
    record(minute: number, wentOff: boolean, isBeyond: boolean) {
      above = isBeyond ? (above ?? minute) : undefined;
      if (!wentOff) return;
      open = { from: above ?? minute };
      all.push(open);
    },
    bought({ firstReady }: PlayedPurchase) {
      if (open && open.until === undefined && Number.isFinite(firstReady)) open.until = firstReady;
    },
    untilReady: (): number[] => all.flatMap(({ from, until }) => (until === undefined ? [] : [until - from])),
  };
}

/**
 * When the timer has nothing to do. A visit of a cluster does something only while a purchase is in its slot, nodes are on their way, a
 * verdict is not copied, or one is old. An alarm that stands asks only once its nodes came, and in vain until the ledger's item, the day
 * or the number of nodes changes.
 */
function createRest(functions: Functions, policy: ClusterConfig, now: () => number) {
  type Item = ReturnType<typeof functions.clusterItem>;
  let visit: { readonly item: Item; readonly at: number } | undefined;
  let asleep: { readonly item: Item; readonly until: number } | undefined;

  function visitAt(item: NonNullable<Item>): number {
    if (item.purchase || item.paused || Object.keys(item.pending).length > 0) return 0;
    return Object.entries(item.done).reduce((first, [key, { outcome, at }]) => {
      const isCopied = functions.jobRecord(key)?.outcome === outcome;
      return Math.min(first, isCopied ? at + timings.forgetAfterMs : 0);
    }, Number.POSITIVE_INFINITY);
  }

  return {
    needsVisit(): boolean {
      const item = functions.clusterItem();
      if (!item) return false;
      // A copy of a verdict does not change the item.
      if (!visit || visit.item !== item || visit.at === 0) visit = { item, at: visitAt(item) };
      return now() >= visit.at;
    },
    isAsleep: (): boolean => asleep !== undefined && asleep.item === functions.clusterItem() && now() < asleep.until,
    wake() {
      asleep = undefined;
    },
    /** No alarm asked: the next one may once its wait is over, or else when something changes. */
    sleepUntilAsked() {
      const item = functions.clusterItem();
      const waitMs = Math.min(...policy.alarms.map(({ again }) => (again?.afterMinutes ?? 0) * minuteMs));
      const nextAsk = item ? lastCameAt({ ...item, name: '' }, policy) + waitMs : 0;
      asleep = { item, until: nextAsk > now() ? nextAsk : Number.POSITIVE_INFINITY };
    },
    /** An alarm asked, and there was no room. It is told once an hour. */
    sleepUntilRoom() {
      const midnight = Math.ceil((now() + 1) / dayMs) * dayMs;
      asleep = { item: functions.clusterItem(), until: Math.min(midnight, now() + timings.waitNoteMs) };
    },
  };
}

const dayMs = 24 * 60 * minuteMs;
