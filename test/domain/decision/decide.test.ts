import { describe, expect, test } from '@jest/globals';
import type { ClusterConfig, Step } from '../../../functions/domain/config/types.ts';
import { pendingNodes } from '../../../functions/domain/decision/decide.ts';
import { spentAt, usedAt, windowsAt } from '../../../functions/domain/decision/usage-window.ts';
import type { Basis, Fleet } from '../../../functions/domain/job/decision.ts';
import type { Cluster, Pending, Verdict } from '../../../functions/domain/job/purchase.ts';
import type { Intent, ScaleJob } from '../../../functions/domain/job/scale-job.ts';
import { type Decided as Decision, decide, type Given } from '../../support/decide.ts';
import {
  aBasis,
  aCluster,
  aFleet,
  aJob,
  anAlarm,
  aPolicy,
  aVerdict,
  day,
  hour,
  minute,
  pendingOf,
  sampleAt,
} from '../../support/samples.ts';

/** Three nodes for a cluster of four, unless the test says otherwise. */
const decideOn = (changes: Partial<Given> = {}): Decision =>
  decide({ job: aJob(), cluster: aCluster(), policy: aPolicy(), fleet: aFleet(), now: sampleAt, ...changes });

const skip = (reason: string, why: unknown) => ({ kind: 'skip', reason, why });
const defer = (reason: string, minutes: number, why: string) => ({
  kind: 'defer',
  reason,
  until: sampleAt + minutes * minute,
  why,
});
const countOf = (decision: Decision): number => (decision.kind === 'buy' ? decision.count : 0);
const asking = (intent: Intent): ScaleJob => aJob({ intent });
const today = (of: Partial<Cluster>): Cluster => aCluster({ window: '2026-11-11', month: '2026-11', ...of });
const priced = (perNodeMonth: number, budgetPerMonth: number, months = 1, nodes = 100): ClusterConfig =>
  aPolicy({
    limits: { budgetPerMonth, maxNodes: nodes, maxPerDay: nodes, maxPerPurchase: nodes },
    price: { perNodeMonth, currency: 'CNY' },
    worker: { worker_period: months },
  });
const withSteps = (...steps: readonly Step[]): ClusterConfig =>
  aPolicy({ limits: { maxNodes: 100, maxPerPurchase: 50, maxPerDay: 100 }, alarms: [{ name: '*', steps }] });

describe('decide', () => {
  test('buys what is asked for, and says why in words and numbers', () => {
    expect(decideOn()).toEqual({
      kind: 'buy',
      count: 3,
      cost: 0,
      why: 'add 3 (4 in the cluster, 0 on their way); buy 3',
      basis: {
        rule: { kind: 'add', nodes: 3 },
        fleet: { state: 'running', nodes: 4, notReady: 0 },
        pending: 0,
        wanted: 3,
        limits: { maxNodes: 20, maxPerPurchase: 5, maxPerDay: 10 },
        used: { before: 0, after: 3 },
      },
    });
  });

  test('looks at the cluster before it buys', () => {
    expect(decide({ job: aJob(), cluster: aCluster(), policy: aPolicy(), now: sampleAt })).toMatchObject({
      kind: 'needs-fleet',
    });
  });

  test.each<[string, Partial<Given>]>([
    ['stale', { job: aJob({ occurredAt: sampleAt - 2 * day }) }],
    ['without a rule', { job: aJob({ intent: { kind: 'breach', alarm: 'billing' } }) }],
    ['paused', { cluster: aCluster({ paused: { by: 'Li Wei', reason: 'order book', at: sampleAt } }) }],
    ['cooling down', { job: anAlarm(), cluster: aCluster({ cooldownUntil: sampleAt + 1 }) }],
  ])('does not look at the cluster for a job that is %s', (_what, changes) => {
    const { fleet, ...input } = {
      job: aJob(),
      cluster: aCluster(),
      policy: aPolicy(),
      fleet: aFleet(),
      now: sampleAt,
      ...changes,
    };
    expect(decide(input)).toEqual(decide({ ...input, fleet }));
    expect(decide(input).kind).not.toBe('needs-fleet');
  });
});

describe('stale', () => {
  const alarm = (age: number) => anAlarm(5, { occurredAt: sampleAt - age });
  const person = (age: number) => aJob({ occurredAt: sampleAt - age });

  test.each<[string, string, ScaleJob]>([
    ['an alarm of 30 minutes', 'buy', alarm(30 * minute)],
    ['an alarm of more than 30 minutes', 'skip', alarm(30 * minute + 1)],
    ['an alarm from a clock that is ahead', 'buy', alarm(-minute)],
    ["a person's job of a day", 'buy', person(day)],
    ["a person's job of more than a day", 'skip', person(day + 1)],
    ['a job until now', 'buy', aJob({ validUntil: sampleAt })],
    ['a job until a moment ago', 'skip', aJob({ validUntil: sampleAt - 1 })],
    ['an old job that is good for long', 'skip', aJob({ occurredAt: sampleAt - day - 1, validUntil: sampleAt + day })],
    ['an alarm without a moment', 'skip', anAlarm(5, { occurredAt: Number.NaN })],
  ])('%s: %s', (_what, kind, job) => {
    expect(decideOn({ job })).toMatchObject(kind === 'skip' ? { kind, reason: 'stale' } : { kind });
  });

  test('follows the policy for alarms only', () => {
    const policy = aPolicy({ staleAfterMinutes: 5 });
    expect(decideOn({ policy, job: alarm(6 * minute) })).toMatchObject({ reason: 'stale' });
    expect(decideOn({ policy, job: person(6 * minute) })).toMatchObject({ kind: 'buy' });
  });

  test.each<[ScaleJob, string]>([
    [alarm(45 * minute), 'it arose 45 min ago and is stale after 30 min'],
    [person(2 * day), 'it arose 2880 min ago and is stale after 1440 min'],
    [aJob({ validUntil: sampleAt - hour }), 'it is not needed after 2026-11-11T07:00:00.000Z'],
  ])('says how old the job is, or when its use ended', (job, why) => {
    expect(decideOn({ job })).toMatchObject({ kind: 'skip', reason: 'stale', why });
  });
});

describe('a rule', () => {
  test('is needed by an alarm', () => {
    expect(decideOn({ job: aJob({ intent: { kind: 'breach', alarm: 'billing', by: 5 } }) })).toMatchObject(
      skip('no-rule', 'no alarm rule of edge matches billing'),
    );
  });

  test('is not needed by a person', () => {
    expect(decideOn({ policy: aPolicy({ alarms: [] }) })).toMatchObject({ kind: 'buy', count: 3 });
  });
});

describe('what holds a job back', () => {
  test('is a pause, for five minutes at a time', () => {
    const cluster = aCluster({ paused: { by: 'Li Wei', reason: 'order book', at: sampleAt } });
    for (const job of [aJob(), anAlarm(5)])
      expect(decideOn({ job, cluster })).toMatchObject(defer('paused', 5, 'edge is paused by Li Wei: order book'));
  });

  test('is a ledger item that is full of verdicts', () => {
    const doneOf = (size: number) =>
      Object.fromEntries(Array.from({ length: size }, (_, i) => [`manual/edge/${i}`, aVerdict()]));
    expect(decideOn({ cluster: aCluster({ done: doneOf(50) }) })).toMatchObject({ kind: 'buy' });
    expect(decideOn({ cluster: aCluster({ done: doneOf(51) }) })).toMatchObject(
      defer('ledger-full', 5, 'more than 50 verdicts wait for the reconciler'),
    );
  });

  test('is the cooldown, until its end, for an alarm', () => {
    const cluster = aCluster({ cooldownUntil: sampleAt + 4 * minute });
    expect(decideOn({ job: anAlarm(5), cluster })).toMatchObject(
      defer('cooldown', 4, 'edge cools down for another 4 min'),
    );
    expect(decideOn({ job: anAlarm(5), cluster, now: sampleAt + 4 * minute })).toMatchObject({ kind: 'buy' });
  });

  test.each<[string, ScaleJob]>([
    ['a person', aJob()],
    ['a schedule', aJob({ source: 'schedule', intent: { kind: 'reach', nodes: 7 } })],
  ])('is not the cooldown for %s', (_who, job) => {
    expect(decideOn({ job, cluster: aCluster({ cooldownUntil: sampleAt + hour }) })).toMatchObject({
      kind: 'buy',
      count: 3,
    });
  });

  test.each(['updating', 'failed', 'Running', ''])('is a cluster in state %j', (state) => {
    expect(decideOn({ fleet: aFleet({ state }) })).toMatchObject(
      defer('not-running', 5, `edge is ${state}, not running`),
    );
  });

  test.each([
    [3, 3, 'buy'],
    [3, 4, 'buy'],
    [4, 4, 'defer'],
    [4, 8, 'defer'],
    [4, 9, 'buy'],
    [9, 19, 'defer'],
    [9, 20, 'buy'],
    [45, 100, 'buy'],
    [46, 100, 'defer'],
  ])('is %d of %d nodes not Ready: %s', (notReady, nodes, kind) => {
    const policy = aPolicy({ limits: { maxNodes: 200 } });
    expect(decideOn({ policy, fleet: aFleet({ nodes, notReady }) })).toMatchObject(
      kind === 'defer' ? { kind, reason: 'nodes-not-ready' } : { kind },
    );
  });

  test('says how many nodes are idle', () => {
    expect(decideOn({ fleet: aFleet({ nodes: 8, notReady: 4 }) })).toMatchObject(
      defer('nodes-not-ready', 5, '4 of 8 nodes are not Ready: paid for and idle'),
    );
  });
});

describe('a look at the cluster', () => {
  const unseen = (changes: Partial<Given>): Decision =>
    decide({ job: aJob(), cluster: aCluster(), policy: aPolicy(), now: sampleAt, ...changes });
  const percent = withSteps({ lowerBound: 0, percent: 50 });
  const reach = (nodes: number) => asking({ kind: 'reach', nodes });

  const breach = (by: number) => `edge-cpu is beyond its threshold by ${by}`;
  const full = (limit: string, pending = 0, asked = 'add 3') =>
    `${asked} (${pending} on their way): the limit ${limit} leaves room for none`;
  test.each<[string, Partial<Given>, string, string]>([
    ['the day is used up', { cluster: today({ used: 10 }) }, 'max-per-day', full('max-per-day')],
    ['the budget is spent', { policy: priced(100, 300), cluster: today({ spent: 300 }) }, 'budget', full('budget')],
    [
      'all the nodes that may be are on their way',
      { cluster: aCluster({ pending: pendingOf(20) }) },
      'max-nodes',
      full('max-nodes', 20),
    ],
    [
      'the breach is answered',
      { job: anAlarm(25), cluster: aCluster({ pending: pendingOf(3) }) },
      'satisfied',
      `${breach(25)}: add 3 (3 on their way): nothing is missing`,
    ],
    [
      'more are on their way than are to be reached',
      { job: reach(5), cluster: aCluster({ pending: pendingOf(5) }) },
      'satisfied',
      'reach 5 (5 on their way): nothing is missing',
    ],
    [
      'a share of the nodes meets a day that is used up',
      { job: anAlarm(5), policy: percent, cluster: today({ used: 100 }) },
      'max-per-day',
      full('max-per-day', 0, `${breach(5)}: add 50 % of the Ready nodes`),
    ],
    [
      'a dry run would buy none either',
      { policy: aPolicy({ dryRun: true }), cluster: today({ used: 10 }) },
      'max-per-day',
      full('max-per-day'),
    ],
  ])('is spared when %s', (_when, changes, reason, why) => {
    expect(unseen(changes)).toMatchObject({ kind: 'skip', reason, why });
  });

  test.each<[string, Partial<Given>]>([
    ['a part may be bought', { cluster: today({ used: 9 }) }],
    ['it is a dry run', { policy: aPolicy({ dryRun: true }) }],
    [
      'a larger breach wants more than is on its way',
      { job: anAlarm(25), cluster: aCluster({ pending: pendingOf(2) }) },
    ],
    [
      'a share of the nodes may be more than is on its way',
      { job: anAlarm(5), policy: percent, cluster: aCluster({ pending: pendingOf(9) }) },
    ],
    ['a number to reach is above what is on its way', { job: reach(6), cluster: aCluster({ pending: pendingOf(5) }) }],
    ['a number to reach may be there on a day that is used up', { job: reach(6), cluster: today({ used: 10 }) }],
  ])('is taken when %s', (_when, changes) => {
    expect(unseen(changes)).toMatchObject({ kind: 'needs-fleet' });
  });

  test('that was spared leaves no numbers behind that nobody knows', () => {
    const used = { before: 100, after: 100 };
    const limit = { name: 'max-per-day', room: 0 };
    expect(unseen({ job: anAlarm(5), policy: percent, cluster: today({ used: 100 }) })).toHaveProperty('basis', {
      rule: { kind: 'alarm', name: '*', step: { lowerBound: 0, percent: 50 } },
      ...{ pending: 0, limit, limits: percent.limits, used },
    });
    expect(unseen({ job: anAlarm(25), cluster: aCluster({ pending: pendingOf(3) }) })).toMatchObject({
      basis: { pending: 3, wanted: 0 },
    });
  });
});

describe('what was bought since a need arose', () => {
  const bought = (of: Partial<Verdict> = {}) => ({
    'cloudwatch/edge/first': aVerdict({ at: sampleAt + minute, ...of }),
  });
  const later = { now: sampleAt + 20 * minute };
  const pendingFor = (count: number, of: Partial<Pending> = {}) => ({
    'cloudwatch/edge/first': { taskId: 'T-1', count, at: sampleAt + minute, ...of },
  });

  test('answers it, Ready or not', () => {
    expect(decideOn({ ...later, job: anAlarm(25), cluster: aCluster({ done: bought() }) })).toMatchObject({
      kind: 'skip',
      reason: 'satisfied',
      why: 'edge-cpu is beyond its threshold by 25: add 3 (4 in the cluster, 0 on their way, 3 came since it arose): nothing is missing',
      basis: { pending: 0, answered: 3, wanted: 0 },
    });
  });

  test('answers it without a look at the cluster', () => {
    const { fleet: _, ...unseen } = {
      ...{ job: anAlarm(25), cluster: aCluster({ done: bought() }), policy: aPolicy(), fleet: aFleet() },
      ...later,
    };
    expect(decide(unseen)).toMatchObject({ kind: 'skip', reason: 'satisfied' });
  });

  test.each<[string, number, Partial<Cluster>]>([
    ['nothing of it when its task failed', 3, { done: bought({ got: 0, endedAt: sampleAt + 5 * minute }) }],
    ['what came of it', 1, { done: bought({ got: 2, endedAt: sampleAt + 5 * minute }) }],
    ['the rest for a larger breach', 2, { done: bought({ count: 1 }) }],
    ['all of it while a part is awaited', 0, { done: bought(), pending: pendingFor(1) }],
    ['what came of it while the rest is overdue', 2, { done: bought(), pending: pendingFor(2, { overdue: true }) }],
    ['nothing of what was rejected', 3, { done: bought({ outcome: 'rejected' }) }],
    ['nothing of what was abandoned', 3, { done: bought({ outcome: 'abandoned' }) }],
  ])('leaves to buy, counting %s: %d', (_what, count, cluster) => {
    expect(countOf(decideOn({ ...later, job: anAlarm(25), cluster: aCluster(cluster) }))).toBe(count);
  });

  test.each<[string, number, Partial<Verdict>]>([
    ['were there before', 3, { at: sampleAt - 10 * minute, endedAt: sampleAt - 1 }],
    ['came just then', 0, { at: sampleAt - 10 * minute, endedAt: sampleAt }],
    ['were bought before and nobody knows when they came', 3, { at: sampleAt - 1 }],
  ])('is not what was bought before, unless it came after: nodes that %s leave %d', (_what, count, verdict) => {
    const done = bought(verdict);
    expect(countOf(decideOn({ ...later, job: anAlarm(25), cluster: aCluster({ done }) }))).toBe(count);
  });

  test('counts from when an alarm that was asked again went off, not from its answer', () => {
    const asked = anAlarm(25, { occurredAt: sampleAt + 20 * minute, since: sampleAt });
    const cluster = aCluster({ done: bought({ endedAt: sampleAt + 6 * minute }) });
    expect(decideOn({ ...later, job: asked, cluster })).toMatchObject({ reason: 'satisfied' });
    expect(decideOn({ ...later, job: { ...asked, since: sampleAt + 7 * minute }, cluster })).toMatchObject({
      count: 3,
    });
  });

  test("does not answer a person's wish", () => {
    expect(decideOn({ ...later, cluster: aCluster({ done: bought() }) })).toMatchObject({ kind: 'buy', count: 3 });
  });

  test('is no part of what a share is taken of', () => {
    const policy = withSteps({ lowerBound: 0, percent: 100 });
    const decided = (fleet: Fleet) =>
      decideOn({ ...later, job: anAlarm(5), policy, fleet, cluster: aCluster({ done: bought() }) });
    expect(decided(aFleet({ nodes: 6 }))).toMatchObject({ kind: 'skip', reason: 'satisfied' });
    expect(decided(aFleet({ nodes: 7, joined: 4 }))).toMatchObject({ kind: 'skip', reason: 'satisfied' });
    expect(decided(aFleet({ nodes: 7, joined: 3 }))).toMatchObject({ kind: 'buy', count: 1 });
  });

  test('counts for the limit of nodes, overdue or not, but overdue nodes answer nobody', () => {
    const pending = pendingFor(2, { overdue: true });
    const decided = decideOn({ job: anAlarm(25), cluster: aCluster({ pending }), fleet: aFleet({ nodes: 16 }) });
    expect(decided).toMatchObject({
      count: 2,
      why: 'edge-cpu is beyond its threshold by 25: add 3 (16 in the cluster, 0 on their way, 2 overdue): the limit max-nodes allows 2 of 3; buy 2',
      basis: { pending: 0, overdue: 2, wanted: 3, limit: { name: 'max-nodes', room: 2 } },
    });
    expect(decideOn({ job: asking({ kind: 'reach', nodes: 7 }), cluster: aCluster({ pending }) })).toMatchObject({
      count: 3,
    });
  });
});

describe('a number to reach', () => {
  const reach = asking({ kind: 'reach', nodes: 9 });
  const cluster = aCluster({ pending: pendingOf(3) });

  test('waits while bought nodes may be listed and awaited at once', () => {
    expect(decideOn({ job: reach, cluster, fleet: aFleet({ nodes: 7, notReady: 3, joining: 3 }) })).toMatchObject({
      kind: 'defer',
      reason: 'joining',
      until: sampleAt + minute,
      why: 'reach 9 (7 in the cluster, 3 on their way): some nodes on their way may already be in the cluster',
    });
  });

  test('buys what is missing once they are Ready', () => {
    expect(decideOn({ job: reach, fleet: aFleet({ nodes: 7 }) })).toMatchObject({ kind: 'buy', count: 2 });
  });

  test('does not wait for nodes that are not listed yet, nor for overdue ones', () => {
    expect(decideOn({ job: reach, cluster })).toMatchObject({ kind: 'buy', count: 2 });
    const overdue = aCluster({ pending: { a: { taskId: 'T-1', count: 3, at: sampleAt - hour, overdue: true } } });
    expect(decideOn({ job: reach, cluster: overdue, fleet: aFleet({ nodes: 7, joining: 3 }) })).toMatchObject({
      count: 2,
    });
  });

  test('does not wait where the cluster has as many already', () => {
    expect(decideOn({ job: reach, cluster, fleet: aFleet({ nodes: 9, joining: 3 }) })).toMatchObject({
      kind: 'skip',
      reason: 'satisfied',
    });
  });
});

describe('what is wanted', () => {
  test.each<[string, Intent, number, readonly number[], number]>([
    ['add 3', { kind: 'add', nodes: 3 }, 4, [], 3],
    ['add 3, whatever is on its way', { kind: 'add', nodes: 3 }, 4, [2, 1], 3],
    ['reach 8 from 4', { kind: 'reach', nodes: 8 }, 4, [], 4],
    ['reach 8 from 4 with 3 on their way', { kind: 'reach', nodes: 8 }, 4, [1, 2], 1],
    ['reach 8 from 4 with 4 on their way', { kind: 'reach', nodes: 8 }, 4, [4], 0],
    ['reach 8 from 9', { kind: 'reach', nodes: 8 }, 9, [], 0],
    ['reach 8 from none', { kind: 'reach', nodes: 5 }, 0, [], 5],
  ])('%s', (_what, intent, nodes, pending, expected) => {
    const cluster = aCluster({ pending: pendingOf(...pending) });
    const decision = decideOn({ job: asking(intent), cluster, fleet: aFleet({ nodes }) });
    expect(decision).toMatchObject(
      expected > 0 ? { kind: 'buy', count: expected } : { kind: 'skip', reason: 'satisfied' },
    );
  });

  test('is skipped when nothing is missing, with its numbers', () => {
    const cluster = aCluster({ pending: pendingOf(4) });
    expect(decideOn({ job: asking({ kind: 'reach', nodes: 8 }), cluster })).toMatchObject(
      skip('satisfied', 'reach 8 (4 in the cluster, 4 on their way): nothing is missing'),
    );
  });

  test.each<[number | undefined, number]>([
    [undefined, 1],
    [0, 1],
    [19.999, 1],
    [20, 3],
    [90.1 - 70.1, 3],
    [1e12, 3],
    [Number.POSITIVE_INFINITY, 3],
    [Number.NaN, 0],
    [-1, 0],
  ])('by a breach of %p is %d', (by, expected) => {
    expect(countOf(decideOn({ job: anAlarm(by) }))).toBe(expected);
  });

  test('by a repeated alarm is nothing, and by a larger breach the difference', () => {
    const cluster = aCluster({ pending: pendingOf(1) });
    expect(decideOn({ job: anAlarm(5), cluster })).toMatchObject(
      skip(
        'satisfied',
        'edge-cpu is beyond its threshold by 5: add 1 (4 in the cluster, 1 on their way): nothing is missing',
      ),
    );
    expect(decideOn({ job: anAlarm(25), cluster })).toMatchObject({
      kind: 'buy',
      count: 2,
      cost: 0,
      why: 'edge-cpu is beyond its threshold by 25: add 3 (4 in the cluster, 1 on their way); buy 2',
    });
  });

  test('says when the size of the breach is not told', () => {
    expect(decideOn({ job: anAlarm() })).toMatchObject({
      why: 'edge-cpu is beyond its threshold by an unknown amount: add 1 (4 in the cluster, 0 on their way); buy 1',
    });
  });

  test.each([
    [10, 50, 5],
    [10, 41, 5],
    [10, 40, 4],
    [3, 34, 2],
    [3, 33, 1],
    [1, 1, 1],
    [7, 100, 7],
    [29, 100, 29],
    [0, 100, 0],
  ])('in percent rounds up: %d nodes and %d %% are %d', (nodes, percent, expected) => {
    const policy = withSteps({ lowerBound: 0, percent });
    expect(countOf(decideOn({ job: anAlarm(), policy, fleet: aFleet({ nodes }) }))).toBe(expected);
  });

  test('in percent is of the Ready nodes: a breach does not grow on what it has bought itself', () => {
    const policy = withSteps({ lowerBound: 0, percent: 100 });
    const joined = { cluster: aCluster({ pending: pendingOf(3) }), fleet: aFleet({ nodes: 6, notReady: 3 }) };
    expect(decideOn({ job: anAlarm(), policy, fleet: aFleet({ nodes: 3 }) })).toMatchObject({ count: 3 });
    expect(decideOn({ job: anAlarm(), policy, ...joined })).toMatchObject({ kind: 'skip', reason: 'satisfied' });
  });

  test('in percent says of how many', () => {
    const policy = withSteps({ lowerBound: 0, percent: 50 });
    expect(decideOn({ job: anAlarm(85.3 - 80), policy, fleet: aFleet({ nodes: 5, notReady: 2 }) })).toMatchObject({
      why: 'edge-cpu is beyond its threshold by 5.3: add 2, 50 % of 3 Ready (5 in the cluster, 0 on their way); buy 2',
    });
  });

  test('in percent is nothing where no node is Ready, and the decision says so', () => {
    const policy = withSteps({ lowerBound: 0, percent: 50 });
    expect(decideOn({ job: anAlarm(5), policy, fleet: aFleet({ nodes: 3, notReady: 3 }) })).toMatchObject({
      kind: 'skip',
      why: 'edge-cpu is beyond its threshold by 5: add 0, 50 % of 0 Ready (3 in the cluster, 0 on their way): no node is Ready to take a percent of',
    });
    expect(decideOn({ job: anAlarm(5), policy, fleet: aFleet({ nodes: 0 }) })).toMatchObject({
      why: 'edge-cpu is beyond its threshold by 5: add 0, 50 % of 0 Ready (0 in the cluster, 0 on their way): nothing is missing',
    });
  });

  test('by a rule without steps is nothing', () => {
    expect(decideOn({ job: anAlarm(5), policy: withSteps() })).toMatchObject({ kind: 'skip', reason: 'satisfied' });
  });
});

describe('limits', () => {
  const tenMore = asking({ kind: 'add', nodes: 10 });

  test.each<[string, Partial<Given>, number, string]>([
    ['per purchase', {}, 5, 'max-per-purchase allows 5 of 10'],
    ['per day', { cluster: today({ used: 8 }) }, 2, 'max-per-day allows 2 of 10'],
    ['of nodes', { fleet: aFleet({ nodes: 16 }) }, 4, 'max-nodes allows 4 of 10'],
    [
      'of nodes with those on their way',
      { fleet: aFleet({ nodes: 12 }), cluster: aCluster({ pending: pendingOf(4, 1) }) },
      3,
      'max-nodes allows 3 of 10',
    ],
    ['of money', { policy: priced(100, 250) }, 2, 'budget allows 2 of 10'],
    [
      'of money with what is spent',
      { policy: priced(100, 1000), cluster: today({ spent: 601 }) },
      3,
      'budget allows 3 of 10',
    ],
    ['of money for all months', { policy: priced(100, 1000, 3) }, 3, 'budget allows 3 of 10'],
    [
      'that is the tightest',
      { cluster: today({ used: 7 }), fleet: aFleet({ nodes: 18 }) },
      2,
      'max-nodes allows 2 of 10',
    ],
  ])('%s leave a part, and the decision says so', (_what, changes, count, why) => {
    const decision = decideOn({ job: tenMore, ...changes });
    expect(decision).toMatchObject({ kind: 'buy', count });
    expect(decision).toHaveProperty('why', expect.stringContaining(`: the limit ${why}; buy ${count}`));
  });

  test.each<[string, Partial<Given>]>([
    ['max-nodes', { fleet: aFleet({ nodes: 20 }) }],
    ['max-nodes', { fleet: aFleet({ nodes: 25 }) }],
    ['max-nodes', { fleet: aFleet({ nodes: 15 }), cluster: aCluster({ pending: pendingOf(5) }) }],
    ['max-per-day', { cluster: today({ used: 10 }) }],
    ['max-per-day', { cluster: today({ used: 12 }) }],
    ['budget', { policy: priced(100, 1000), cluster: today({ spent: 901 }) }],
    ['budget', { policy: priced(100, 1000), cluster: today({ spent: 2000 }) }],
    ['budget', { policy: priced(100, 1000, 12) }],
  ])('%s skip a job they leave no node', (reason, changes) => {
    expect(decideOn({ job: tenMore, ...changes })).toMatchObject({
      kind: 'skip',
      reason,
      why: expect.stringMatching(`^add 10 .*: the limit ${reason} leaves room for none$`),
    });
  });

  test('say nothing when they are not reached', () => {
    const policy = aPolicy({ limits: { maxNodes: 7, maxPerPurchase: 3, maxPerDay: 3 } });
    expect(decideOn({ policy })).toMatchObject({
      kind: 'buy',
      count: 3,
      cost: 0,
      why: 'add 3 (4 in the cluster, 0 on their way); buy 3',
    });
  });

  test.each<[string, Cluster]>([
    ['of yesterday', aCluster({ window: '2026-11-10', used: 10 })],
    ['of last year', aCluster({ window: '2025-11-11', used: 10 })],
    ['of no day yet', aCluster({ used: 10 })],
  ])('per day forget the counter %s', (_what, cluster) => {
    expect(decideOn({ cluster })).toMatchObject({ kind: 'buy', count: 3 });
  });

  test('of money forget what was spent last month', () => {
    const policy = priced(100, 300);
    expect(decideOn({ policy, cluster: aCluster({ month: '2026-10', spent: 300 }) })).toMatchObject({ count: 3 });
    expect(decideOn({ policy, cluster: today({ spent: 300 }) })).toMatchObject({ reason: 'budget' });
  });

  test('count a counter that another clock has moved on already', () => {
    const beforeMidnight = Date.parse('2026-11-30T23:59:59.990Z');
    const job = aJob({ occurredAt: beforeMidnight });
    const cluster = aCluster({ window: '2026-12-01', used: 10, month: '2026-12', spent: 300 });
    expect(decideOn({ job, cluster, now: beforeMidnight })).toMatchObject({ reason: 'max-per-day' });
    expect(decideOn({ job, cluster, policy: priced(100, 300), now: beforeMidnight })).toMatchObject({
      reason: 'budget',
    });
  });

  test.each<[string, Partial<Given>]>([
    ['a counter', { cluster: today({ used: Number.NaN }) }],
    ['money spent', { cluster: today({ spent: Number.NaN }), policy: priced(100, 1000) }],
    ['a number of pending nodes', { cluster: aCluster({ pending: pendingOf(Number.NaN) }) }],
    ['a number of nodes', { fleet: aFleet({ nodes: Number.NaN }) }],
    ['a limit', { policy: aPolicy({ limits: { maxPerDay: Number.NaN } }) }],
    ['the most per purchase', { policy: aPolicy({ limits: { maxPerPurchase: Number.NaN } }) }],
    ['the nodes asked for', { job: asking({ kind: 'add', nodes: Number.NaN }) }],
  ])('buy nothing where %s is no number', (_what, changes) => {
    expect(decideOn(changes)).toMatchObject({ kind: 'skip' });
  });

  test.each([0, -1])('buy nothing where a purchase may have %d nodes', (maxPerPurchase) => {
    expect(decideOn({ policy: aPolicy({ limits: { maxPerPurchase } }) })).toMatchObject({
      kind: 'skip',
      reason: 'max-per-purchase',
    });
  });

  test.each([0, -3])('buy nothing for a job that asks for %d nodes', (nodes) => {
    expect(decideOn({ job: asking({ kind: 'add', nodes }) })).toMatchObject({ kind: 'skip', reason: 'satisfied' });
  });
});

describe('money', () => {
  const add = (nodes: number) => asking({ kind: 'add', nodes });

  test('is told with its currency', () => {
    expect(decideOn({ policy: priced(180, 6000, 2) })).toMatchObject({
      kind: 'buy',
      count: 3,
      cost: 1080,
      why: 'add 3 (4 in the cluster, 0 on their way); buy 3 for 1080 CNY',
    });
  });

  test('is told without a budget, too', () => {
    const policy = aPolicy({ price: { perNodeMonth: 180, currency: 'CNY' } });
    expect(decideOn({ policy })).toMatchObject({ count: 3, cost: 540 });
  });

  test.each([
    [0.1, 0.3, 1, 3, 0.3],
    [0.1, 0.3, 3, 1, 0.3],
    [0.7, 2.1, 1, 3, 2.1],
    [1.1, 3.3, 1, 3, 3.3],
    [4.35, 43.5, 1, 10, 43.5],
    [0.07, 0.2, 1, 2, 0.14],
    [19.99, 59.96, 1, 2, 39.98],
    [1e9, 1e9, 1, 1, 1e9],
  ])('of %d per node and %d in all, for %d months, pays for %d', (perNode, budget, months, count, cost) => {
    const decision = decideOn({ job: add(50), policy: priced(perNode, budget, months) });
    expect(decision).toMatchObject({ kind: 'buy', count, cost });
  });

  test('that was spent in fractions still adds up', () => {
    const cluster = today({ spent: 0.1 + 0.2 });
    expect(decideOn({ job: add(50), cluster, policy: priced(0.1, 1) })).toMatchObject({ count: 7, cost: 0.7 });
    expect(decideOn({ job: add(50), cluster, policy: priced(0.1, 0.3) })).toMatchObject({ reason: 'budget' });
    expect(decideOn({ job: add(50), cluster, policy: priced(0.1, 0.4) })).toMatchObject({ count: 1, cost: 0.1 });
  });

  test('pays for nothing where a budget has no price', () => {
    const policy = aPolicy({ limits: { budgetPerMonth: 1000 } });
    expect(decideOn({ policy })).toMatchObject({ kind: 'skip', reason: 'budget' });
  });

  test('is no limit without a budget', () => {
    const policy = aPolicy({ price: { perNodeMonth: 1e9, currency: 'CNY' } });
    expect(decideOn({ policy, cluster: today({ spent: 1e15 }) })).toMatchObject({ kind: 'buy', count: 3, cost: 3e9 });
  });
});

describe('a dry run', () => {
  test.each<[string, Partial<Given>]>([
    ['of the cluster', { policy: aPolicy({ dryRun: true }) }],
    ['of the job', { job: aJob({ dryRun: true }) }],
    ['of both', { policy: aPolicy({ dryRun: true }), job: aJob({ dryRun: true }) }],
  ])('%s buys nothing, and says what it would buy', (_what, changes) => {
    expect(decideOn(changes)).toEqual({
      kind: 'skip',
      reason: 'dry-run',
      why: 'add 3 (4 in the cluster, 0 on their way); would buy 3, but this is a dry run',
      dryRun: { count: 3, cost: 0 },
      basis: aBasis({ used: { before: 0, after: 0 } }),
    });
  });

  test('tells the price and the limit', () => {
    const policy = aPolicy({
      dryRun: true,
      price: { perNodeMonth: 0.1, currency: 'CNY' },
      limits: { maxPerPurchase: 3 },
    });
    expect(decideOn({ policy, job: asking({ kind: 'add', nodes: 9 }) })).toMatchObject({
      why: 'add 9 (4 in the cluster, 0 on their way): the limit max-per-purchase allows 3 of 9; would buy 3 for 0.3 CNY, but this is a dry run',
      dryRun: { count: 3, cost: 0.3 },
    });
  });

  test('does not answer dry-run for what would not be bought anyway', () => {
    const policy = aPolicy({ dryRun: true });
    expect(decideOn({ policy, fleet: aFleet({ nodes: 20 }) })).toMatchObject({ reason: 'max-nodes' });
    expect(decideOn({ policy, job: anAlarm(5), cluster: aCluster({ pending: pendingOf(1) }) })).toMatchObject({
      reason: 'satisfied',
    });
  });
});

describe('what a decision rests on', () => {
  const basisOf = (changes: Partial<Given> = {}): Basis => {
    const decision = decideOn(changes);
    if (decision.kind === 'needs-fleet') throw new Error('it has looked');
    return decision.basis;
  };
  const paused = { by: 'Li Wei', reason: 'order book', at: sampleAt };

  test.each<[string, Partial<Given>, Basis]>([
    ['is nothing but its age for a job that is stale', { job: aJob({ occurredAt: sampleAt - 2 * day }) }, {}],
    ['is nothing for an alarm without a rule', { job: asking({ kind: 'breach', alarm: 'billing' }) }, {}],
    ['is the rule alone while paused', { cluster: aCluster({ paused }) }, { rule: { kind: 'add', nodes: 3 } }],
    [
      'is the step that the breach falls under',
      { job: anAlarm(20), cluster: aCluster({ cooldownUntil: sampleAt + 1 }) },
      { rule: { kind: 'alarm', name: 'edge-*', step: { lowerBound: 20, add: 3 } } },
    ],
    [
      'is no step where none covers the breach',
      { job: anAlarm(5), policy: withSteps(), cluster: aCluster({ paused }) },
      { rule: { kind: 'alarm', name: '*' } },
    ],
    [
      'is the fleet where that holds it back',
      { fleet: aFleet({ state: 'updating' }), cluster: aCluster({ pending: pendingOf(2) }) },
      { rule: { kind: 'add', nodes: 3 }, fleet: aFleet({ state: 'updating' }), pending: 2 },
    ],
    [
      'is what is missing, and no limit, where nothing is',
      { job: asking({ kind: 'reach', nodes: 5 }), cluster: aCluster({ pending: pendingOf(3) }) },
      { rule: { kind: 'reach', nodes: 5 }, fleet: aFleet(), pending: 3, wanted: -2 },
    ],
  ])('%s', (_what, changes, expected) => {
    expect(basisOf(changes)).toEqual(expected);
  });

  test('is everything for a purchase, before and after it', () => {
    const cluster = today({ used: 2, spent: 360, pending: pendingOf(1) });
    const fleet = aFleet({ nodes: 9, notReady: 1 });
    expect(
      basisOf({ job: anAlarm(25), cluster, fleet, policy: { ...priced(180, 900), alarms: aPolicy().alarms } }),
    ).toEqual({
      rule: { kind: 'alarm', name: 'edge-*', step: { lowerBound: 20, add: 3 } },
      fleet,
      pending: 1,
      wanted: 2,
      limits: priced(180, 900).limits,
      used: { before: 2, after: 4 },
      spent: { before: 360, after: 720 },
    });
  });

  test('names the limit that cut it, and the room that it had', () => {
    const job = asking({ kind: 'add', nodes: 10 });
    expect(basisOf({ job })).toMatchObject({ wanted: 10, limit: { name: 'max-per-purchase', room: 5 } });
    const full = basisOf({ job, fleet: aFleet({ nodes: 25 }), cluster: today({ used: 4 }) });
    expect(full).toMatchObject({ limit: { name: 'max-nodes', room: -5 }, used: { before: 4, after: 4 } });
    expect(basisOf({ job: asking({ kind: 'add', nodes: 5 }) })).not.toHaveProperty('limit');
  });

  test('counts for a dry run what it finds, and adds nothing to it', () => {
    const policy = { ...priced(180, 900), dryRun: true };
    expect(basisOf({ policy, cluster: today({ used: 2, spent: 360 }) })).toMatchObject({
      used: { before: 2, after: 2 },
      spent: { before: 360, after: 360 },
    });
  });

  test('adds up money without losing or making a cent', () => {
    const cluster = today({ spent: 0.1 });
    expect(basisOf({ cluster, policy: priced(0.1, 10), job: asking({ kind: 'add', nodes: 2 }) })).toMatchObject({
      spent: { before: 0.1, after: 0.3 },
    });
  });

  test('begins anew with the day and the month', () => {
    const cluster = aCluster({ window: '2026-11-10', used: 9, month: '2026-10', spent: 900 });
    expect(basisOf({ cluster, policy: priced(180, 900) })).toMatchObject({
      used: { before: 0, after: 3 },
      spent: { before: 0, after: 540 },
    });
  });

  test('is a few hundred bytes: fifty of them live on one item of 400 KB', () => {
    const alarms = [{ name: `edge-${'\u96f2'.repeat(250)}`, steps: [{ lowerBound: 0, percent: 1000 }] }];
    const alarm = alarms[0]?.name ?? '';
    const policy = { ...priced(1e7, 1e9, 12), alarms, limits: { ...aPolicy().limits, budgetPerMonth: 1e9 } };
    const basis = basisOf({ job: asking({ kind: 'breach', alarm, by: 5 }), policy, cluster: today({ spent: 1e8 }) });
    expect(basis).toMatchObject({ limit: { name: 'max-per-purchase' }, spent: { before: 1e8 } });
    expect(Buffer.byteLength(JSON.stringify(basis))).toBeLessThan(1200);
  });
});

describe('windows', () => {
  test.each([
    ['2026-11-11T08:00:00Z', '2026-11-11', '2026-11'],
    ['2026-12-31T23:59:59.999Z', '2026-12-31', '2026-12'],
    ['2027-01-01T00:00:00Z', '2027-01-01', '2027-01'],
    ['2027-01-01T07:59:59+08:00', '2026-12-31', '2026-12'],
  ])('at %s are the UTC day %s and month %s', (now, window, month) => {
    expect(windowsAt(Date.parse(now))).toEqual({ window, month });
  });

  test('roll over at midnight and at the end of the month, UTC', () => {
    const cluster = aCluster({ window: '2026-11-30', used: 7, month: '2026-11', spent: 700 });
    const last = Date.parse('2026-11-30T23:59:59.999Z');
    expect([usedAt(cluster, last), spentAt(cluster, last)]).toEqual([7, 700]);
    expect([usedAt(cluster, last + 1), spentAt(cluster, last + 1)]).toEqual([0, 0]);
    expect([usedAt(cluster, last - day), spentAt(cluster, last - day)]).toEqual([7, 700]);
  });

  test('of a cluster that never bought hold nothing', () => {
    expect([usedAt(aCluster(), sampleAt), spentAt(aCluster(), sampleAt)]).toEqual([0, 0]);
  });
});

describe('pendingNodes', () => {
  test.each([
    [[], 0],
    [[3], 3],
    [[3, 1, 2], 6],
  ])('of %j are %d', (counts, sum) => {
    expect(pendingNodes(aCluster({ pending: pendingOf(...counts) }))).toBe(sum);
  });
});
