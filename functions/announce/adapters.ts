// Wiring of announce, once per container. It has no ledger and no ACK key: it cannot buy.
import { SNSClient } from '@aws-sdk/client-sns';
import { functionCalls } from '../adapters/aws-client-settings.ts';
import { type Environment, required } from '../adapters/environment.ts';
import { createEvents, type Events } from '../adapters/events.ts';
import { createLog, type FunctionLog } from '../adapters/telemetry/log.ts';
import { createMetrics, type Metrics } from '../adapters/telemetry/metrics.ts';

interface AnnounceAdapters {
  readonly events: Events;
  readonly metrics: Metrics;
  readonly log: FunctionLog;
}

/** @throws Error that names the missing variable. */
export function createAnnounceAdapters(service: string, env: Environment): AnnounceAdapters {
  return {
    events: createEvents(new SNSClient(functionCalls), required(env, 'EVENT_TOPIC_ARN')),
    metrics: createMetrics(required(env, 'STACK_NAME')),
    log: createLog(service),
  };
}
