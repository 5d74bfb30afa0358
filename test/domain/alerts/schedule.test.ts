import { expect, test } from '@jest/globals';
import { fixture, jobOf, parse, poison } from '../../fixtures/alerts/alert-fixtures.ts';

const occurrence = {
  version: 1,
  kind: 'schedule',
  schedule: 'monday-peak',
  scheduledTime: '2026-03-02T07:30:00Z',
  cluster: 'edge-beijing',
  reach: 8,
};
const body = (change = {}): string => JSON.stringify({ ...occurrence, ...change });

test('an occurrence becomes a job whose key is schedule and time', () => {
  expect(jobOf(fixture('schedule/reach.json'))).toEqual({
    key: 'schedule/edge-beijing/monday-peak/2026-03-02T07:30:00.000Z',
    cluster: 'edge-beijing',
    source: 'schedule',
    intent: { kind: 'reach', nodes: 8 },
    payload: 'reach 8',
    reason: 'schedule monday-peak',
    occurredAt: Date.UTC(2026, 2, 2, 7, 30),
  });
});

test('an occurrence with an end is valid until then', () => {
  expect(jobOf(fixture('schedule/add-until.json'))).toMatchObject({
    intent: { kind: 'add', nodes: 3 },
    validUntil: Date.UTC(2026, 10, 11, 8),
  });
});

test('an occurrence may have null for what it does not say', () => {
  expect(jobOf(body({ add: null, until: null }))).toEqual(jobOf(body()));
});

test('an occurrence of a schedule that the config no longer has is still a job', () => {
  expect(jobOf(body({ schedule: 'removed-yesterday' })).key).toContain('/removed-yesterday/');
});

test('a template that nobody filled in is poison that shows the placeholder', () => {
  expect(parse(fixture('schedule/template-not-filled-in.json'))).toEqual(
    poison('invalid-field', expect.stringContaining('scheduledTime: "<aws.scheduler.scheduled-time>" is not allowed')),
  );
});

test.each([
  [{ executionId: 'd32c5kddcf5bb8c3' }, 'executionId: not known; remove it'],
  [{ add: 2 }, 'add: 2 is not allowed; give add or reach, one of them'],
  [{ reach: undefined }, 'add: missing; give add or reach, one of them'],
  [{ reach: 0 }, 'reach: 0 is not allowed; use a whole number from 1 to 1000 (nodes)'],
  [{ schedule: 'with spaces' }, 'schedule: "with spaces" is not allowed; use 1 to 48 letters'],
  [{ until: 'tonight' }, 'until: "tonight" is not allowed; use an ISO 8601 instant'],
  [{ version: undefined }, 'version: missing; use 1'],
])('an occurrence with %j is poison', (change, detail) => {
  expect(parse(body(change))).toEqual(poison('invalid-field', expect.stringContaining(detail)));
});

test('an occurrence for a cluster that is not configured is poison that lists those that are', () => {
  expect(parse(body({ cluster: 'constructor' }))).toEqual(
    poison('unknown-cluster', 'cluster: "constructor" is not in the config; use edge-beijing or edge-shanghai'),
  );
});

test('an occurrence of a later version is poison', () => {
  expect(parse(body({ version: '2' }))).toMatchObject({ kind: 'poison', reason: 'unknown-version' });
});
