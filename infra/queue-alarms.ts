import { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { timings } from '../functions/domain/timings.ts';
import type { CreateAlarm } from './alarm.ts';
import type { AlertQueue } from './alert-queue.ts';
import { ownMetric } from './own-metrics.ts';

/** A command that shows dead letters hides them for a while; the maximum of five minutes still counts them. */
const period = Duration.minutes(5);

/** One delay and one visibility timeout. SQS leaves messages with three receives out of the metric: AlertFails counts them. */
const longestWaitMs = timings.maxDelayMs + timings.visibilityTimeoutMs;

export function watchQueues(
  scope: Construct,
  createAlarm: CreateAlarm,
  { queue, deadLetterQueue, undeliveredQueue }: AlertQueue,
): Alarm[] {
  // Not the sent messages: SQS does not count those that it moves itself.
  const messagesOf = (of: IQueue) => of.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' });
  return [
    createAlarm('DeadLetters', {
      says: 'An alert was refused, or failed too often. It buys nothing until it is redriven.',
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
      says: 'An alert has failed three times or more. It is tried for half an hour, then it is a dead letter.',
      see: 'An alert keeps failing',
      metric: ownMetric(scope, 'RepeatedFailures', { statistic: 'Sum', period }),
      threshold: 1,
    }),
    createAlarm('AlertsTooLarge', {
      says: 'The webhook refused a group of alerts that is larger than it can carry. Its alerts buy nothing.',
      see: 'A group of alerts is too large',
      metric: ownMetric(scope, 'AlertsTooLarge', { statistic: 'Sum', period }),
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
