// From the records of the ledger's stream to one message per change. Records are taken in order, and at the first that
// cannot be announced the batch ends: it comes back from there, so that the changes of one item are told in their order.
import type { DynamoDBRecord } from 'aws-lambda';
import type { Events } from '../adapters/events.ts';
import { readRecord } from '../adapters/ledger/stream.ts';
import type { Log } from '../adapters/telemetry/log.ts';
import type { Metrics } from '../adapters/telemetry/metrics.ts';
import { measurementsOf } from '../domain/events/event-metrics.ts';
import { subjectOf } from '../domain/events/event-subject.ts';
import type { JobEvent } from '../domain/events/job-event-schema.ts';
import { eventsBetween } from '../domain/events/job-events.ts';

export interface AnnounceDeps {
  readonly events: Events;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** @returns the sequence number from which the records must come back; undefined when all are done */
export async function announce(records: readonly DynamoDBRecord[], deps: AnnounceDeps): Promise<string | undefined> {
  for (const record of records) {
    const sequenceNumber = record.dynamodb?.SequenceNumber ?? '';
    const events = understood(record, sequenceNumber, deps);
    try {
      for (const event of events) await publish(event, deps);
    } catch (error) {
      // Subscribers know the id of what they have been told of the record by now, and drop it when it is told again.
      deps.log.error('announce-failed', { sequenceNumber, error });
      return sequenceNumber;
    }
    // Only now, as what comes back is counted then.
    for (const event of events) count(event, deps);
  }
  return undefined;
}

/** What cannot be understood today will not be tomorrow: it must not hold up all that comes behind it. */
function understood(record: DynamoDBRecord, sequenceNumber: string, { log }: AnnounceDeps): readonly JobEvent[] {
  try {
    const { before, after, writtenAt } = readRecord(record);
    return eventsBetween(before, after, writtenAt);
  } catch (error) {
    log.error('record-not-understood', { sequenceNumber, error });
    return [];
  }
}

async function publish(event: JobEvent, { events, log }: AnnounceDeps): Promise<void> {
  const subject = subjectOf(event);
  await events.publish(event, subject);
  const key = 'key' in event ? { key: event.key } : {};
  log.info('announced', { ...key, cluster: event.cluster, state: event.state, eventId: event.id, subject });
}

function count(event: JobEvent, { metrics }: AnnounceDeps): void {
  for (const [name, value] of measurementsOf(event)) metrics.add(name, value, { cluster: event.cluster });
}
