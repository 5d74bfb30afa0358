// A transition of a CloudWatch alarm as an SNS message and as an EventBridge event. Shapes:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
import { account } from '../aws-stand-ins/account.ts';
import { alarmArn, thresholdReason } from '../aws-stand-ins/alarm-texts.ts';

export interface Transition {
  readonly alarm: string;
  /** How far the metric is beyond the alarm's threshold. */
  readonly by: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

const threshold = 80;
/** As CloudWatch writes instants: 2020-08-21T10:09:51.489+0000. */
const instant = (at: number) => new Date(at).toISOString().replace('Z', '+0000');
const reasonOf = ({ by, at }: Transition) => thresholdReason(threshold + by, threshold, at);

/** The message of an alarm action. */
export function alarmNotification(transition: Transition): { readonly subject: string; readonly message: string } {
  const { alarm, at } = transition;
  const message = {
    AlarmName: alarm,
    AlarmDescription: 'Load of the edge nodes',
    AWSAccountId: account.id,
    NewStateValue: 'ALARM',
    NewStateReason: reasonOf(transition),
    StateChangeTime: instant(at),
    // A display name.
    Region: 'US East (N. Virginia)',
    AlarmArn: alarmArn(alarm),
    OldStateValue: 'OK',
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    Trigger: {
      MetricName: 'CPUUtilization',
      Namespace: 'Edge',
      StatisticType: 'Statistic',
      Statistic: 'AVERAGE',
      Unit: null,
      Dimensions: [{ value: alarm, name: 'Fleet' }],
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: threshold,
      TreatMissingData: 'missing',
      EvaluateLowSampleCountPercentile: '',
    },
  };
  return { subject: `ALARM: "${alarm}" in US East (N. Virginia)`, message: JSON.stringify(message) };
}

/** The event of an EventBridge rule. */
export function alarmEvent(transition: Transition, eventId: string): string {
  const { alarm, by, at } = transition;
  const reasonData = {
    version: '1.0',
    queryDate: instant(at),
    startDate: instant(at - 60_000),
    statistic: 'Average',
    period: 60,
    recentDatapoints: [threshold + by],
    threshold,
  };
  return JSON.stringify({
    version: '0',
    id: eventId,
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: account.id,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region: account.region,
    resources: [alarmArn(alarm)],
    detail: {
      alarmName: alarm,
      state: {
        value: 'ALARM',
        reason: reasonOf(transition),
        reasonData: JSON.stringify(reasonData),
        timestamp: instant(at),
      },
      previousState: { value: 'OK', timestamp: instant(at - 3_600_000) },
      configuration: { metrics: [] },
    },
  });
}
