// Publishes one event per change in the ledger's stream. The batch ends at the first record that cannot be published and is
// received again from there, so the changes of one item keep their order.
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

/** @returns the sequence number of the first failed record */
export async function announce(records: readonly DynamoDBRecord[], deps: AnnounceDeps): Promise<string | undefined> {
  for (const record of records) {
    const sequenceNumber = record.dynamodb?.SequenceNumber ?? '';
    const events = eventsOf(record, sequenceNumber, deps);
    try {
      for (const event of events) await publish(event, deps);
    } catch (error) {
      // Events of this record may be published again. Subscribers drop an id that they have seen.
      deps.log.error('announce-failed', { sequenceNumber, error });
      return sequenceNumber;
    }
    // After publishing: a record that fails is counted when it succeeds.
    for (const event of events) count(event, deps);
  }
  return undefined;
}

/** A record that cannot be read is skipped: it would block the stream for ever. */
function eventsOf(record: DynamoDBRecord, sequenceNumber: string, { log }: AnnounceDeps): readonly JobEvent[] {
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
