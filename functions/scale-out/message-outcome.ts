// What becomes of one message: acknowledged, deferred, returned, or sent to the dead-letter queue.
import { deferralsOf } from '../adapters/queue/deferrals.ts';
import type { AlertMessage, AlertQueue } from '../adapters/queue/queue.ts';
import type { Log } from '../adapters/telemetry/log.ts';
import type { Metrics } from '../adapters/telemetry/metrics.ts';
import { timings } from '../domain/timings.ts';
import type { Answer } from '../purchase/answer.ts';
import { asSentFirst, asWaiting, missingJobs, type NoJobs } from '../purchase/message-jobs.ts';

/** The answer for one of its needs, or the reason why it has none. */
export type MessageOutcome = Answer | NoJobs;

export interface OutcomeDeps {
  readonly queue: AlertQueue;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Uniform in [0, 1): spreads waits, so that what failed together does not come back together. */
  readonly random: () => number;
}

/** Carries the outcomes out. @param jobs in the message. @returns whether the message may be deleted */
export async function carryOut(
  message: AlertMessage,
  jobs: number,
  outcomes: readonly MessageOutcome[],
  deps: OutcomeDeps,
): Promise<boolean> {
  const outcome = mostDemanding(outcomes);
  try {
    switch (outcome.kind) {
      case 'done': {
        const missing = missingJobs(message, jobs);
        return missing === undefined || (await sendToDeadLetterQueue(message, 'unconfigured', missing, deps));
      }
      case 'ignore':
        deps.log.info('ignored', { messageId: message.messageId, why: outcome.why });
        deps.metrics.add('IgnoredMessages', 1);
        return true;
      case 'conflict':
      case 'unconfigured':
        return await sendToDeadLetterQueue(message, outcome.kind, outcome.why, deps);
      case 'poison':
        return await sendToDeadLetterQueue(message, outcome.reason, outcome.why, deps);
      case 'defer':
        // Waiting is no failure: a new message waits, so that receive counts and the dead-letter queue are about failures only.
        await deps.queue.defer(asWaiting(message, jobs), waitMs(message, outcome.until, deps));
        for (const one of outcomes) if (one.kind === 'defer') deps.metrics.add('Deferrals', 1, { reason: one.reason });
        return true;
      case 'retry':
      case 'again':
        await deps.queue.changeVisibility(message, retryMs(message, deps));
        return false;
    }
  } catch (error) {
    deps.log.error('message-failed', { messageId: message.messageId, intended: outcome.kind, error });
    return false;
  }
}

/** For a person to look at. @returns true: the message may be deleted */
async function sendToDeadLetterQueue(
  message: AlertMessage,
  reason: string,
  why: string,
  { queue, log, metrics }: OutcomeDeps,
): Promise<true> {
  await queue.deadLetter(asSentFirst(message), reason, why);
  log.warn('dead-lettered', { messageId: message.messageId, reason, why });
  metrics.add('DeadLettered', 1, { reason });
  return true;
}

/** As long as one of its needs depends on the message, it stays; those that are done are replays then. */
function mostDemanding(outcomes: readonly MessageOutcome[]): MessageOutcome {
  const order: readonly MessageOutcome['kind'][] = [
    ...(['again', 'retry', 'defer', 'conflict', 'poison', 'unconfigured', 'ignore', 'done'] as const),
  ];
  const [first] = outcomes.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  return first ?? { kind: 'retry', why: 'no answer' };
}

/** At least until the instant that the job waits for, more after each deferral, at most what SQS can delay. */
function waitMs(message: AlertMessage, until: number, { now, random }: OutcomeDeps): number {
  const deferrals = Math.min(deferralsOf(message), 5);
  const floor = timings.busyDelayMs * 2 ** deferrals * 0.5;
  return Math.min(Math.max(until - now(), floor) * (1 + random() / 10), timings.maxDelayMs);
}

/**
 * Exponential with jitter: about 7 s, 20 s, 1 min, 3 min, and 11 min from then on. Eight receives (infra/max-receives.ts)
 * so outlast an outage of more than half an hour before the dead-letter queue calls a person.
 */
function retryMs({ receiveCount }: AlertMessage, { random }: OutcomeDeps): number {
  const ceiling = Math.min(10_000 * 3 ** Math.min(receiveCount - 1, 5), timings.maxDelayMs);
  return ceiling * (0.5 + random() / 2);
}
