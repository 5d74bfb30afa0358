// Configs for the stack's test: an ordinary one, and any.
import fc from 'fast-check';
import type { ClusterInput, ConfigInput, Schedule } from '../../functions/domain/config/types.ts';
import { aWorker } from '../support/samples.ts';

export const cluster: ClusterInput = {
  id: 'Cccfd68c474454665ace07efce924aaaa',
  region: 'cn-beijing',
  worker: aWorker(),
  limits: { maxNodes: 1000, maxPerPurchase: 1000, maxPerDay: 1000 },
  cooldownMinutes: 10,
  staleAfterMinutes: 45,
  alarms: [{ name: 'edge-*', steps: [{ lowerBound: 0, add: 1 }] }],
  schedules: [{ name: 'monday-peak', at: 'cron(30 7 ? * MON *)', timezone: 'Asia/Shanghai', reach: 8 }],
};
export const withCluster = (changes: Partial<ClusterInput>): ConfigInput => ({
  clusters: { 'edge-beijing': { ...cluster, ...changes } },
});

export const withStack = (stack: NonNullable<ConfigInput['stack']>): ConfigInput => ({ ...withCluster({}), stack });

export const inAlarm = (names: readonly string[]): ConfigInput =>
  withCluster({ alarms: names.map((name) => ({ name, steps: [{ lowerBound: 0, add: 1 }] })) });

/** Names that mean something to the CDK or to this stack are as good as any. */
const name = fc.oneof(
  fc.constantFrom('Group', 'Role', 'Resource', 'Default', 'a-b', 'a_b'),
  fc.stringMatching(/^[A-Za-z0-9_-]{1,48}$/),
);
const timezone = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin');
const recurring = fc.record(
  { name, at: fc.constantFrom('cron(30 7 ? * MON *)', 'rate(2 hours)'), timezone },
  { requiredKeys: ['name', 'at'] },
);
const single = fc.record(
  {
    name,
    at: fc.constant('at(2026-11-11T00:00:00)'),
    timezone,
    until: fc.constantFrom('2026-11-11T16:00:00Z', '2026-11-11T16:00:00.5+08:00'),
  },
  { requiredKeys: ['name', 'at'] },
);
/** Twenty of them, every two hours, stay below the cluster's limit for a day. */
const add = fc.integer({ min: 1, max: 4 });
const reach = fc.integer({ min: 1, max: 1000 });
const schedule: fc.Arbitrary<Schedule> = fc
  .tuple(fc.oneof(recurring, single), fc.oneof(fc.record({ add }), fc.record({ reach })))
  .map(([when, what]) => ({ ...when, ...what }));
export const schedules = fc.uniqueArray(schedule, { selector: (one) => one.name, minLength: 1, maxLength: 20 });
