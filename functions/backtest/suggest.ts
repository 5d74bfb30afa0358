// Looks for policies that are short for less time, or buy less, within the limits of the one under test. A search over a few values of
// each setting, one setting after the other, each from the best so far: what it finds is good, and not proved to be the best.
import { ruleFor } from '../domain/config/alarm-rules.ts';
import type { AlarmRule, ClusterConfig, Schedule, Step } from '../domain/config/types.ts';
import { plural } from '../domain/plural.ts';
import { runOf, type Setting } from './figures.ts';
import { play, type World } from './play.ts';
import type { Suggestion } from './result.ts';
import { mostNeeded, type Trace } from './trace.ts';

interface Candidate {
  readonly steps: readonly Step[];
  readonly cooldownMinutes: number;
  readonly again: AlarmRule['again'];
  /** Nodes that a schedule sees to every day; 0 for none. */
  readonly reach: number;
}

interface Tried {
  readonly candidate: Candidate;
  readonly figures: ReturnType<typeof runOf>['figures'];
}

/** From so many of the best candidates the search goes on with the next setting. */
const width = 4;

interface Given {
  readonly cluster: string;
  readonly policy: { readonly policy: ClusterConfig };
  readonly trace: Trace;
  readonly demand: Setting['demand'];
  readonly world: World;
  readonly onProgress: (what: string, percent: number) => void;
}

/** @returns the front of money against minutes short, cheapest first, with the policy as it is */
export async function suggest(given: Given): Promise<readonly Suggestion[]> {
  const { cluster, trace, demand, world, onProgress } = given;
  const { policy } = given.policy;
  const name = world.alarm.kind === 'threshold' ? world.alarm.name : (world.alarm.transitions[0]?.alarm ?? '');
  const rule = ruleFor(policy.alarms, name);
  const today: Candidate = {
    ...{ steps: rule?.steps ?? [], cooldownMinutes: policy.cooldownMinutes, again: rule?.again, reach: 0 },
  };
  const tried = new Map<string, Tried>();

  async function tryAll(candidates: readonly Candidate[], what: string): Promise<void> {
    const fresh = candidates.filter((one) => !tried.has(JSON.stringify(one)));
    for (const [i, candidate] of fresh.entries()) {
      onProgress(`looking for better ${what}`, Math.round((100 * i) / fresh.length));
      const changed = policyWith(policy, rule, candidate);
      const played = await play({ cluster, trace, demand, world, policy: changed });
      const setting = { policy: changed, startAt: trace.startAt, demand, renew: world.renew };
      tried.set(JSON.stringify(candidate), { candidate, figures: runOf('policy', '', played, setting).figures });
    }
  }

  await tryAll([today], 'steps');
  if (rule) {
    const steps = stepsFor(rule.steps, policy);
    await tryAll(
      steps.flatMap((one) => agains.map((again) => ({ ...today, steps: one, again }))),
      'steps and asks',
    );
    const best = () => bestOf(frontOf([...tried.values()])).map(({ candidate }) => candidate);
    await tryAll(
      best().flatMap((one) => cooldowns.map((cooldownMinutes) => ({ ...one, cooldownMinutes }))),
      'cooldowns',
    );
    const reaches = reachesFor(mostNeeded(demand), policy);
    await tryAll(
      best().flatMap((one) => reaches.map((reach) => ({ ...one, reach }))),
      'schedules',
    );
  }
  const front = frontOf([...tried.values()]);
  const current = tried.get(JSON.stringify(today));
  const shown = current && !front.includes(current) ? [...front, current].toSorted(cheapestFirst) : front;
  return shown.map((one) => asSuggestion(one, today, one === current));
}

const agains: readonly AlarmRule['again'][] = [
  undefined,
  { afterMinutes: 5, times: 5 },
  { afterMinutes: 5, times: 20 },
];
const cooldowns: readonly number[] = [0, 3, 10];

/** Today's steps, each adding once to four times as much, and three plain ones. */
function stepsFor(steps: readonly Step[], { limits: { maxPerPurchase } }: ClusterConfig): readonly (readonly Step[])[] {
  const within = (add: number): number => Math.min(add, maxPerPurchase);
  const larger = [1, 2, 4].map((times) =>
    steps.map((step) => (step.add === undefined ? step : { ...step, add: within(step.add * times) })),
  );
  const even = [1, 3, 10].map((add): readonly Step[] => [{ lowerBound: 0, add: within(add) }]);
  const rising = [
    { lowerBound: 0, upperBound: 10, add: within(2) },
    { lowerBound: 10, upperBound: 30, add: within(5) },
    { lowerBound: 30, add: within(10) },
  ];
  const all = [...larger, ...even, rising];
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** Shares of the most that is ever needed. */
function reachesFor(most: number, { limits: { maxNodes } }: ClusterConfig): readonly number[] {
  const nodes = [0.5, 0.75, 1].map((share) => Math.min(maxNodes, Math.ceil(most * share)));
  return [...new Set(nodes)].filter((one) => one > 0);
}

function policyWith(policy: ClusterConfig, rule: AlarmRule | undefined, candidate: Candidate): ClusterConfig {
  const { steps, cooldownMinutes, again, reach } = candidate;
  return {
    ...policy,
    dryRun: false,
    cooldownMinutes,
    alarms: policy.alarms.map((one) => (one === rule ? { name: one.name, steps, ...(again && { again }) } : one)),
    schedules: reach > 0 ? [...policy.schedules, daily(reach)] : policy.schedules,
  };
}

const daily = (reach: number): Schedule => ({ name: 'backtest-base', at: 'cron(0 0 * * ? *)', reach });

const cheapestFirst = (a: Tried, b: Tried): number =>
  a.figures.cents - b.figures.cents ||
  a.figures.nodesBought - b.figures.nodesBought ||
  a.figures.minutesShort - b.figures.minutesShort ||
  a.figures.nodeMinutesShort - b.figures.nodeMinutesShort;

/** Those that no other one is cheaper than and as little short. */
function frontOf(tried: readonly Tried[]): readonly Tried[] {
  const front: Tried[] = [];
  for (const one of tried.toSorted(cheapestFirst)) {
    const last = front.at(-1);
    if (!last || one.figures.minutesShort < last.figures.minutesShort) front.push(one);
  }
  return front;
}

/** Spread over the front. */
function bestOf(front: readonly Tried[]): readonly Tried[] {
  if (front.length <= width) return front;
  const at = Array.from({ length: width }, (_, i) => Math.round((i * (front.length - 1)) / (width - 1)));
  return at.flatMap((i) => front[i] ?? []);
}

function asSuggestion({ candidate, figures }: Tried, today: Candidate, isToday: boolean): Suggestion {
  const changes = changesOf(candidate, today);
  return {
    says: isToday ? 'as it is' : changes.map(({ setting, value }) => `${setting} ${value}`).join('; '),
    changes,
    nodesBought: figures.nodesBought,
    cents: figures.cents,
    minutesShort: figures.minutesShort,
    nodeMinutesShort: figures.nodeMinutesShort,
    ...(isToday && { isToday }),
  };
}

function changesOf(candidate: Candidate, today: Candidate): Suggestion['changes'] {
  const { steps, cooldownMinutes, again, reach } = candidate;
  const isNew = (key: keyof Candidate): boolean => JSON.stringify(candidate[key]) !== JSON.stringify(today[key]);
  return [
    ...(isNew('steps') ? [{ setting: 'steps', value: steps.map(stepInWords).join(', ') }] : []),
    ...(isNew('again')
      ? [
          {
            setting: 'again',
            value: again ? `after ${plural(again.afterMinutes, 'minute')}, ${again.times} times` : 'never',
          },
        ]
      : []),
    ...(isNew('cooldownMinutes') ? [{ setting: 'cooldownMinutes', value: String(cooldownMinutes) }] : []),
    ...(isNew('reach') ? [{ setting: 'schedules', value: `reach ${reach} at ${daily(reach).at}` }] : []),
  ];
}

const stepInWords = ({ lowerBound, add, percent }: Step): string =>
  `from ${lowerBound} ${percent === undefined ? `add ${add ?? 0}` : `${percent} percent`}`;
