// The outside world of the function that announces, built once per container from its environment. It has no ledger and
// no key to ACK: who announces cannot buy, and who buys cannot announce.
import { SNSClient } from '@aws-sdk/client-sns';
import { type Environment, required } from '../adapters/environment.ts';
import { createEvents, type Events } from '../adapters/events.ts';
import { createLog, type FunctionLog } from '../adapters/telemetry/log.ts';
import { createMetrics, type Metrics } from '../adapters/telemetry/metrics.ts';

export interface AnnounceAdapters {
  readonly events: Events;
  readonly metrics: Metrics;
  readonly log: FunctionLog;
}

/** A call that hangs would hold up all that comes behind it in the stream. */
const awsCalls = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
};

/** @throws Error that names the missing variable. */
export function createAnnounceAdapters(service: string, env: Environment): AnnounceAdapters {
  return {
    events: createEvents(new SNSClient(awsCalls), required(env, 'EVENT_TOPIC_ARN')),
    metrics: createMetrics(required(env, 'STACK_NAME')),
    log: createLog(service),
  };
}
