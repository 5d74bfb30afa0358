// Events to start a test from, one of each state, as subscribers get them.
import { type JobEvent, jobEventSchema } from '../../functions/domain/events/job-event-schema.ts';
import { aPurchase, sampleAt } from './samples.ts';

const at = new Date(sampleAt).toISOString();
const { key } = aPurchase();

const ofCluster = { version: 1, at, cluster: 'edge' };
const ofJob = { ...ofCluster, key, source: 'manual', reason: 'the sale starts', occurredAt: at, decidedAt: at };
const ofPurchase = { ...ofJob, count: 3, cost: 540 };
const ofDoubt = { ...ofPurchase, attempt: 1, signedAt: at };
const delivered = { ...ofPurchase, taskId: 'T-1', acceptedAt: at };
const person = { by: 'bob', why: 'he looked' };

const events: Readonly<Record<JobEvent['state'], object>> = {
  bought: { ...ofPurchase, taskId: 'T-1', why: 'add 3; buy 3' },
  rejected: ofPurchase,
  limited: { ...ofPurchase, wanted: 5, limit: 'max-per-day', why: 'reach 9; buy 3' },
  refused: { ...ofJob, limit: 'max-per-day', why: 'add 3' },
  'in-doubt': ofDoubt,
  parked: { ...ofDoubt, why: 'T-1, T-2 could be it' },
  rearmed: ofDoubt,
  resolved: { ...ofPurchase, outcome: 'accepted', taskId: 'T-1', ...person },
  ready: { ...delivered, ready: 3 },
  partial: { ...delivered, ready: 2, why: 'out of stock' },
  failed: { ...delivered, ready: 0, code: 'Unknown', message: 'no node' },
  overdue: { ...delivered, ready: 1, why: '2 have not joined' },
  paused: { ...ofCluster, ...person },
  resumed: { ...ofCluster, ...person },
  'unowned-tasks': { ...ofCluster, taskIds: ['T-9'] },
  expiring: { ...ofCluster, day: '2026-11-18', days: 7, nodes: 3, endsAt: '2026-11-18T08:00:00Z', renews: false },
  'still-short': { ...ofCluster, key, why: 'it has bought 3 times' },
};

/** Changed by what the test is about. @throws ZodError when that makes it no event any more */
export function anEvent(state: JobEvent['state'], of: Readonly<Record<string, unknown>> = {}): JobEvent {
  return jobEventSchema.parse({ id: `${key}/${state}/${at}`, ...events[state], state, ...of });
}
