import { describe, expect, test } from '@jest/globals';
import { reportJob } from '../../../functions/cli/report/job-report.ts';
import type { KnownJob } from '../../../functions/cli/report/known-job.ts';
import type { Step } from '../../../functions/domain/config/types.ts';
import type { Basis } from '../../../functions/domain/job/decision.ts';
import type { DecisionRecord } from '../../../functions/domain/job/decision-record.ts';
import type { Progress, Purchase, Verdict } from '../../../functions/domain/job/purchase.ts';
import type { Source } from '../../../functions/domain/job/scale-job.ts';
import { timings } from '../../../functions/domain/timings.ts';
import { aBasis, aPurchase, aStory, aVerdict, aWait, minute, sampleAt } from '../../support/samples.ts';

const common = { key: 'manual/edge/sale-1', cluster: 'edge' } as const;
const told = aStory({
  requestedBy: 'alice',
  occurredAt: sampleAt - 1000,
  decision: 'add 3; buy 3 for 540 CNY',
  basis: aBasis({ used: { before: 2, after: 5 }, spent: { before: 360, after: 900 } }),
});
/** Moments of the opening: what arrived, the decision, and its two counters. */
const openingLength = 4;

const bought = (of: Partial<Verdict> = {}, rest: Pick<KnownJob & { state: 'accepted' }, 'progress' | 'pending'> = {}) =>
  reportJob({ ...common, state: 'accepted', verdict: aVerdict({ story: told, ...of }), ...rest });

const refused = (of: Partial<Verdict> & { outcome: 'rejected' | 'abandoned' }) =>
  reportJob({ ...common, state: of.outcome, verdict: aVerdict({ story: told, ...of }) });

const inSlot = (of: Partial<Purchase> & Pick<Purchase, 'phase'>) =>
  reportJob({ ...common, state: of.phase, purchase: aPurchase({ story: told, ...of }) });

const skipped = (story: DecisionRecord, reason = 'satisfied') =>
  reportJob({
    ...common,
    state: 'skipped',
    skip: { outcome: 'skipped', reason, payload: 'add 3', at: sampleAt, story },
  });

const says = ({ entries }: ReturnType<typeof reportJob>) => entries.map((entry) => entry.says);

test('tells a purchase from the request to its Ready nodes', () => {
  const progress: Progress = { state: 'completed', readyNodes: 3, at: sampleAt + 60_000 };
  expect(bought({ requestId: 'R-1', at: sampleAt + 2000 }, { progress })).toEqual({
    headline: 'bought: 3 nodes, all Ready',
    entries: [
      { at: sampleAt - 1000, says: 'alice asked for 3 more nodes in edge: the sale starts.' },
      { at: sampleAt, says: 'Decided: add 3; buy 3 for 540 CNY.' },
      { says: 'Nodes in that UTC day: 2 before, 5 after.' },
      { says: 'Money in that UTC month: 360 before, 900 after.' },
      { says: 'The request for 3 nodes was sent.' },
      { at: sampleAt + 2000, says: 'ScaleOutCluster accepted it as task T-1 (request R-1).' },
      { at: sampleAt + 60_000, says: 'Found 3 nodes Ready: complete.' },
    ],
  });
});

describe('what arrived is told', () => {
  const arrived = (of: Partial<DecisionRecord>) => says(skipped(aStory(of)))[0];

  test('with who asked, and for how many nodes in all', () => {
    expect(arrived({ requestedBy: 'bob', intent: { kind: 'reach', nodes: 8 }, reason: 'a launch' })).toBe(
      'bob asked for 8 nodes in all in edge: a launch.',
    );
  });

  test('without a reason that only repeats who asked', () => {
    expect(arrived({ requestedBy: 'bob', intent: { kind: 'add', nodes: 1 }, reason: 'asked for by bob' })).toBe(
      'bob asked for 1 more node in edge.',
    );
    expect(arrived({ source: 'schedule', reason: '' })).toBe('EventBridge Scheduler asked for 3 more nodes in edge.');
  });

  test.each<[Source, string]>([
    ['cloudwatch', 'CloudWatch'],
    ['alertmanager', 'Alertmanager'],
    ['grafana', 'Grafana'],
    ['arms', 'ARMS'],
    ['cloudmonitor', 'CloudMonitor'],
  ])('with the alarm and how far it was beyond its threshold, by %s', (source, sender) => {
    const intent = { kind: 'breach', alarm: 'edge-cpu', by: 12.5 } as const;
    expect(arrived({ source, intent, reason: 'cpu is high' })).toBe(
      `${sender} reported edge-cpu beyond its threshold by 12.5 in edge: cpu is high.`,
    );
  });

  test('without a distance that nobody told', () => {
    expect(arrived({ source: 'arms', intent: { kind: 'breach', alarm: 'edge-cpu' }, reason: '' })).toBe(
      'ARMS reported edge-cpu beyond its threshold in edge.',
    );
  });

  test('as a person when the ledger does not say who', () => {
    expect(arrived({ source: 'manual' })).toBe('A person asked for 3 more nodes in edge: the sale starts.');
  });
});

describe('what was decided is told', () => {
  const decided = (basis: Basis) => says(skipped(aStory({ decision: 'it was so', basis }))).slice(2);
  const rule = (step: Step): Basis => ({ rule: { kind: 'alarm', name: 'edge-*', step } });

  test.each<[string, Step, string]>([
    [
      'a step with an end',
      { lowerBound: 0, upperBound: 20, add: 1 },
      'Its rule is edge-*: from 0 to below 20 beyond the threshold, add 1.',
    ],
    ['the last step', { lowerBound: 20, add: 3 }, 'Its rule is edge-*: from 20 on beyond the threshold, add 3.'],
    [
      'a step in percent',
      { lowerBound: 0, percent: 50 },
      'Its rule is edge-*: from 0 on beyond the threshold, add 50 % of the Ready nodes.',
    ],
  ])('with the alarm rule, and %s', (_what, step, expected) => {
    expect(decided(rule(step))).toEqual([expected]);
  });

  test('with the alarm rule alone when none of its steps covers the breach', () => {
    expect(decided({ rule: { kind: 'alarm', name: 'edge-*' } })).toEqual(['Its rule is edge-*.']);
  });

  test('with the nodes that were not Ready, if there were any', () => {
    const fleet = { state: 'running', nodes: 4, notReady: 1 };
    expect(decided({ fleet })).toEqual(['1 of 4 nodes were not Ready.']);
    expect(decided({ fleet: { ...fleet, notReady: 0 } })).toEqual([]);
  });

  test('in its own words alone when it looked at nothing', () => {
    expect(decided({})).toEqual([]);
  });
});

describe('a purchase that was accepted is told', () => {
  const at = sampleAt + 60_000;
  test.each<[string, Progress, string, string]>([
    [
      'with the nodes that did not come',
      { state: 'partial', asked: 3, got: 2, why: 'QuotaExceeded: no stock', at },
      'bought in part: 2 of 3 nodes came',
      'Found 2 of 3 nodes Ready, and no more will come: QuotaExceeded: no stock.',
    ],
    [
      'with the error of its task',
      { state: 'failed', code: 'NoStock', message: 'sold out', at },
      'accepted, but its task failed: no node came',
      'Found that its task failed: NoStock: sold out.',
    ],
    [
      'with the nodes that are overdue',
      { state: 'overdue', asked: 3, ready: 1, why: '2 paid nodes have not joined in 30 minutes', at },
      'bought and overdue: 1 of 3 nodes Ready',
      'Found 1 of 3 nodes Ready when all should be: 2 paid nodes have not joined in 30 minutes.',
    ],
  ])('%s', (_how, progress, headline, found) => {
    const report = bought({}, { progress });
    expect(report.headline).toBe(headline);
    expect(report.entries.at(-1)).toEqual({ at, says: found });
  });

  test.each([
    [1, 'Not Ready yet: 1 node.'],
    [2, 'Not Ready yet: 2 nodes.'],
  ])('with what is still on its way: %i', (count, waiting) => {
    const report = bought({}, { pending: { taskId: 'T-1', count, at: sampleAt } });
    expect(report.headline).toBe(`bought and on the way: ${3 - count} of 3 nodes Ready`);
    expect(report.entries.at(-1)).toEqual({ says: waiting });
  });

  test('plainly when nothing more is known', () => {
    expect(bought({ count: 1 }).headline).toBe('bought: 1 node');
  });

  test('with the evidence by which the reconciler settled it', () => {
    const resolution = { by: 'reconcile', reason: 'the only task since' };
    expect(says(bought({ resolution })).slice(openingLength)).toEqual([
      'The request for 3 nodes was sent, and no usable answer came.',
      'The reconciler settled it as accepted with task T-1: the only task since.',
    ]);
  });

  test('with the person who settled it', () => {
    expect(says(bought({ resolution: { by: 'bob', reason: 'it is in the console' } })).at(-1)).toBe(
      'bob settled it as accepted with task T-1: it is in the console.',
    );
  });
});

describe('a purchase that was not made is told', () => {
  test('with the code and message of the refusal', () => {
    const report = refused({ outcome: 'rejected', code: 'QuotaExceeded', message: 'no more nodes', requestId: 'R-2' });
    expect(report.headline).toBe('not bought: refused with QuotaExceeded');
    expect(says(report).slice(openingLength)).toEqual([
      'The request for 3 nodes was sent.',
      'ScaleOutCluster refused it: QuotaExceeded: no more nodes (request R-2). Nothing was bought.',
    ]);
    expect(report.next?.says).toMatch(/another key/);
  });

  test('with who abandoned it, and why', () => {
    const report = refused({ outcome: 'abandoned', resolution: { by: 'alice', reason: 'not in the console' } });
    expect(report.headline).toBe('not bought: abandoned');
    expect(says(report).at(-1)).toBe(
      'No usable answer came. alice abandoned the purchase: not in the console. It counts as not bought.',
    );
  });

  test('with the key under which a rearm asked for it again', () => {
    const resolution = { by: 'alice', reason: 'lost', rearmedAs: 'manual/edge/again-n1' };
    const report = refused({ outcome: 'abandoned', resolution });
    expect(says(report).at(-1)).toBe('Its nodes were requested again as manual/edge/again-n1.');
    expect(report.next).toEqual({ says: 'To see the new request', command: 'npx scale-out show manual/edge/again-n1' });
  });

  test.each(['satisfied', 'max-per-day', 'recovered'])('with the reason why it was skipped: %s', (reason) => {
    const report = skipped(told, reason);
    expect(report.headline).toBe(`not bought: ${reason}`);
    expect(report.entries[1]).toEqual({
      at: sampleAt,
      says: `Decided to buy nothing (${reason}): add 3; buy 3 for 540 CNY.`,
    });
    expect(report.next?.says).toMatch(/another key/);
  });

  test.each([
    [1, 'a dry run: would have bought 1 node'],
    [3, 'a dry run: would have bought 3 nodes'],
  ])('as the dry run that it was, with what it would have bought: %i', (count, headline) => {
    const dryRun = { count, cost: 180 * count };
    const skip = { outcome: 'skipped', reason: 'dry-run', payload: 'add 3', at: sampleAt, story: told } as const;
    const report = reportJob({ ...common, state: 'skipped', skip: { ...skip, dryRun } });
    expect(report.headline).toBe(headline);
    expect(report.next?.says).toMatch(/another key/);
  });
});

describe('a purchase without an outcome is told', () => {
  test('with the attempt, its signature and the end of its lease while it is being sent', () => {
    const report = inSlot({ phase: 'sending', attempt: 2 });
    expect(report.headline).toMatch(/^being sent/);
    expect(report.entries.slice(openingLength)).toEqual([
      { at: sampleAt, says: 'Attempt 2: the request for 3 nodes was signed and may have been sent.' },
      { at: sampleAt + timings.leaseMs, says: 'Without an answer by then, the purchase is in doubt.' },
    ]);
    expect(report.next).toBeUndefined();
  });

  test('with the instant from which an empty task list proves something', () => {
    const report = inSlot({ phase: 'unknown' });
    expect(report.headline).toMatch(/^in doubt: it is not known/);
    expect(report.entries.at(-1)?.at).toBe(sampleAt + timings.fenceMs);
    expect(report.next).toBeUndefined();
  });

  test.each([
    [1, 'Empty task lists since then: 1.'],
    [2, 'Empty task lists since then: 2.'],
  ])('with %i empty listings', (emptyListings, expected) => {
    expect(says(inSlot({ phase: 'unknown', emptyListings })).at(-1)).toBe(expected);
  });

  test('with the evidence, and what a person is to do, once it is parked', () => {
    const report = inSlot({ phase: 'parked', why: 'T-7, T-8 could be it' });
    expect(report.headline).toMatch(/a person must settle it/);
    expect(says(report)).toContain(
      'No usable answer came, and the evidence is not enough to settle it: T-7, T-8 could be it.',
    );
    expect(report.entries.at(-1)?.at).toBe(sampleAt + timings.fenceMs);
    expect(report.next?.says).toMatch(/settle it \(without a task: --abandon or --abandon-and-ask-again\)/);
    expect(report.next?.command).toBe('npx scale-out resolve manual/edge/sale-1 --accepted TASK_ID --reason TEXT');
  });

  test('with a key that a shell reads as one word', () => {
    expect(inSlot({ phase: 'parked', key: 'arms/edge/a b/t' }).next?.command).toMatch(
      /resolve 'arms\/edge\/a b\/t' --accepted/,
    );
  });
});

test("keeps line breaks and escape sequences of others' texts from the terminal", () => {
  const report = refused({ outcome: 'rejected', code: 'Bad\u001b[2J', message: 'line one\nline two' });
  expect(report.headline).toBe('not bought: refused with Bad [2J');
  expect(says(report).at(-1)).toContain('Bad [2J: line one line two');
});

test('ends no sentence twice', () => {
  expect(says(skipped(aStory({ reason: 'is it on?' })))[0]).toMatch(/is it on\?$/);
});

describe('a job that waits is told', () => {
  test('with what was decided, until when, and where else to look', () => {
    const report = reportJob({ ...common, state: 'waiting', wait: aWait() });
    expect(report.headline).toBe('waiting: cooldown');
    expect(report.entries).toEqual([
      { at: sampleAt, says: 'A person asked for 3 more nodes in edge: the sale starts.' },
      { at: sampleAt, says: 'Decided to wait (cooldown): edge cools down for another 10 min.' },
      { at: sampleAt + 10 * minute, says: 'From then on it is decided again, when the queue delivers it.' },
    ]);
    expect(report.next?.command).toBe('npx scale-out dlq list');
  });

  test('with what was decided and what came of it, where that is not the same', () => {
    const wait = aWait({ reason: 'not-sent', why: 'connect ECONNREFUSED', story: told });
    const report = reportJob({ ...common, state: 'waiting', wait });
    expect(says(report).slice(1, 2)).toEqual(['Decided: add 3; buy 3 for 540 CNY.']);
    expect(says(report)).toContain('The job waits (not-sent): connect ECONNREFUSED.');
  });
});
