import { expect, test } from '@jest/globals';
import { measurementsOf } from '../../../functions/domain/events/event-metrics.ts';
import { metrics } from '../../../functions/domain/metrics.ts';
import { anEvent } from '../../support/events.ts';
import { minute, sampleAt } from '../../support/samples.ts';

const later = (ms: number) => new Date(sampleAt + ms).toISOString();
const purchase = { Purchases: 1, NodesBought: 3, Spend: 540 };

const table: readonly (readonly [string, ReturnType<typeof anEvent>, object])[] = [
  ['a purchase', anEvent('bought', { at: later(1500) }), { ...purchase, TimeToAccepted: 1.5 }],
  ['a purchase that a person found', anEvent('resolved', {}), purchase],
  ['what a person abandoned', anEvent('resolved', { outcome: 'abandoned' }), {}],
  ['a rejection', anEvent('rejected', {}), { Rejections: 1 }],
  ['a doubt', anEvent('in-doubt', {}), { AmbiguousOutcomes: 1 }],
  ['Ready nodes', anEvent('ready', { at: later(5 * minute) }), { NodesReady: 3, TimeToReady: 300 }],
  ['nodes that came in part', anEvent('partial', {}), { NodesReady: 2, TasksFailed: 1 }],
  ['a failed task', anEvent('failed', {}), { TasksFailed: 1 }],
  ['overdue nodes', anEvent('overdue', {}), { NodesOverdue: 1 }],
  ['leases that end', anEvent('expiring'), { LeasesExpiring: 3 }],
  ['leases that will be renewed', anEvent('expiring', { renews: true }), {}],
  ['an alert that may buy no more', anEvent('still-short', {}), { StillShort: 1 }],
  ['a refusal', anEvent('refused', {}), {}],
  ['a limit that cut', anEvent('limited', {}), {}],
  ['a parked purchase', anEvent('parked', {}), {}],
  ['a second request', anEvent('rearmed', {}), {}],
  ['a pause', anEvent('paused', {}), {}],
  ['its end', anEvent('resumed', {}), {}],
];

test.each(table)('%s counts for what it is', (_, event, expected) => {
  expect(Object.fromEntries(measurementsOf(event))).toEqual(expected);
});

test('a sender whose clock is ahead makes no negative time', () => {
  const [time] = measurementsOf(anEvent('bought', { at: later(-minute) })).filter(
    ([name]) => name === 'TimeToAccepted',
  );
  expect(time).toEqual(['TimeToAccepted', 0]);
});

test('all that is counted can be told apart by cluster', () => {
  for (const [, event] of table)
    for (const [name] of measurementsOf(event)) expect(metrics[name].by).toEqual(['cluster']);
});
