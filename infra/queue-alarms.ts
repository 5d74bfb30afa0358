import { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { timings } from '../functions/domain/timings.ts';
import type { CreateAlarm } from './alarm.ts';
import type { AlertQueue } from './alert-queue.ts';
import { ownMetric } from './own-metrics.ts';

/** Whoever looks at a letter hides it for a while; with its maximum over five minutes it does not seem to be gone. */
const period = Duration.minutes(5);

/**
 * A job waits once for its delay and once for the visibility timeout; what is older nobody reads. What was received three
 * times and failed is left out of the metric by SQS: that has an alarm of its own.
 */
const longestWaitMs = timings.maxDelayMs + timings.visibilityTimeoutMs;

/** What does not get through. SQS says nothing of a queue that was empty for hours, so silence is good here, too. */
export function watchQueues(
  scope: Construct,
  createAlarm: CreateAlarm,
  { queue, deadLetterQueue, undeliveredQueue }: AlertQueue,
): Alarm[] {
  // Visible messages, not sent ones: those that SQS moves itself do not count as sent.
  const messagesOf = (of: IQueue) => of.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' });
  return [
    createAlarm('DeadLetters', {
      says: 'An alert was refused, or failed too often: it buys nothing until a person has looked at it.',
      see: 'A message is on the dead-letter queue',
      metric: messagesOf(deadLetterQueue),
      threshold: 1,
    }),
    createAlarm('Undelivered', {
      says: 'An alarm or a schedule could not be put on the alert queue, or an event could not be published.',
      see: 'Something was not delivered',
      metric: messagesOf(undeliveredQueue),
      threshold: 1,
    }),
    createAlarm('AlertFails', {
      says: 'An alert has failed three times or more. It is tried again for half an hour, and is a dead letter then.',
      see: 'An alert keeps failing',
      metric: ownMetric(scope, 'RepeatedFailures', { statistic: 'Sum', period }),
      threshold: 1,
    }),
    createAlarm('AlertsWait', {
      says: `An alert has waited for more than ${longestWaitMs / 60_000} minutes.`,
      see: 'Alerts wait too long',
      metric: queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: longestWaitMs / 1000,
    }),
  ];
}
