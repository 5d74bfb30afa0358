// Wiring of announce, once per container. It has no ledger and no ACK key: it cannot buy.
import { SNSClient } from '@aws-sdk/client-sns';
import { awsClientSettings } from '../adapters/aws-client-settings.ts';
import { type Environment, required } from '../adapters/environment.ts';
import { createEvents, type Events } from '../adapters/events.ts';
import { createLog, type FunctionLog } from '../adapters/telemetry/log.ts';
import { createMetrics, type Metrics } from '../adapters/telemetry/metrics.ts';

interface AnnounceAdapters {
  readonly events: Events;
  readonly metrics: Metrics;
  readonly log: FunctionLog;
}

/** A slow call delays all later changes of the stream. */
const awsCalls = awsClientSettings({ maxAttempts: 3, connectionTimeout: 1000, requestTimeout: 3000 });

/** @throws Error that names the missing variable. */
export function createAnnounceAdapters(service: string, env: Environment): AnnounceAdapters {
  return {
    events: createEvents(new SNSClient(awsCalls), required(env, 'EVENT_TOPIC_ARN')),
    metrics: createMetrics(required(env, 'STACK_NAME')),
    log: createLog(service),
  };
}
