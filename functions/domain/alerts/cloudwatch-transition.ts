// Reads the three envelopes of a CloudWatch alarm into a Transition, so one transition has one key. Shapes: AWS, "Alarm events
// and EventBridge" and "Invoke a Lambda function from an alarm".
import * as z from 'zod/mini';
import type { JsonObject } from '../record.ts';
import type { BreachData } from './cloudwatch-breach.ts';
import { type Poison, quoted } from './dialect.ts';
import { ifNumber, ifText, printable, readFields } from './fields.ts';
import { instant } from './instant.ts';

export interface Transition {
  readonly alarm: string;
  readonly arn: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** Epoch milliseconds. */
  readonly changedAt: number;
  /** The field that tells it. */
  readonly changedAtField: string;
  readonly breachData: BreachData;
  /** Why an ALARM asks for no nodes. */
  readonly suppressed?: string;
}

/** Part of a key. An alarm's name may have any character that UTF-8 can encode. */
const arnPattern = /^arn:aws[a-z-]{0,20}:cloudwatch:[a-z0-9-]{1,40}:\d{12}:alarm:[^\p{Cc}\p{Cs}]{1,255}$/u;
const arnAllowed = 'use the ARN of a CloudWatch alarm';
const arn = z.string(arnAllowed).check(z.regex(arnPattern, arnAllowed));
const name = printable('the name of the alarm', 255);
const state = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA'], 'use OK, ALARM or INSUFFICIENT_DATA');

const notification = z.object({
  AlarmName: name,
  // Has the region; the field Region is a display name, such as Asia Pacific (Tokyo).
  AlarmArn: arn,
  NewStateValue: state,
  NewStateReason: ifText,
  // Not documented; the history of an alarm has it.
  NewStateReasonData: ifText,
  StateChangeTime: instant,
  // Composite alarms have none.
  Trigger: z.catch(z.object({ ComparisonOperator: ifText, Threshold: ifNumber }), {
    ComparisonOperator: undefined,
    Threshold: undefined,
  }),
});

/** The SNS message of an alarm, metric or composite. */
export function fromNotification(value: JsonObject): Transition | Poison {
  const read = readFields(notification, value, 'the SNS message of the CloudWatch alarm');
  if ('kind' in read) return read;
  const { AlarmName, AlarmArn, NewStateValue, NewStateReason = '', NewStateReasonData } = read.fields;
  const { StateChangeTime, Trigger } = read.fields;
  // For one series of a multi-series alarm. The exact name of the field is not documented.
  const ofSeries = Object.keys(value).some((key) => key.startsWith('AlarmContributor') && isGiven(value[key]));
  return {
    alarm: AlarmName,
    arn: AlarmArn,
    state: NewStateValue,
    changedAt: StateChangeTime,
    changedAtField: 'StateChangeTime',
    breachData: {
      reason: NewStateReason,
      reasonData: NewStateReasonData,
      operator: Trigger.ComparisonOperator,
      threshold: Trigger.Threshold,
    },
    ...(ofSeries && { suppressed: oneSeries }),
  };
}

const change = z.object({
  alarmName: name,
  state: z.object({
    value: state,
    timestamp: instant,
    reason: ifText,
    // Absent after a set-alarm-state by hand.
    reasonData: ifText,
    actionsSuppressedBy: z.optional(z.unknown()),
  }),
  muteDetail: z.optional(z.unknown()),
  alarmContributor: z.optional(z.unknown()),
});
const event = z.object({
  resources: z.tuple([arn], z.unknown(), 'use a list with the ARN of the alarm'),
  detail: change,
});
const action = z.object({ alarmArn: arn, alarmData: change });

/** The event that EventBridge delivers. */
export function fromEvent(value: JsonObject): Transition | Poison {
  const read = readFields(event, value, 'the EventBridge event of the alarm');
  return 'kind' in read ? read : fromChange(read.fields.detail, read.fields.resources[0], 'detail');
}

/** The event of a Lambda action, when it is forwarded. */
export function fromAction(value: JsonObject): Transition | Poison {
  const read = readFields(action, value, 'the Lambda action of the alarm');
  return 'kind' in read ? read : fromChange(read.fields.alarmData, read.fields.alarmArn, 'alarmData');
}

const oneSeries = 'one series of a multi-series alarm changed; the alarm itself asks for nodes when it changes';

function fromChange(of: z.infer<typeof change>, arn: string, place: string): Transition {
  const { value, timestamp, reason = '', reasonData, actionsSuppressedBy } = of.state;
  const suppressed = isGiven(of.muteDetail)
    ? 'it is muted by an alarm mute rule'
    : isGiven(actionsSuppressedBy)
      ? `its actions are suppressed by ${quoted(actionsSuppressedBy)}`
      : isGiven(of.alarmContributor)
        ? oneSeries
        : undefined;
  return {
    alarm: of.alarmName,
    arn,
    state: value,
    changedAt: timestamp,
    changedAtField: `${place}.state.timestamp`,
    breachData: { reason, reasonData },
    ...(suppressed !== undefined && { suppressed }),
  };
}

/** EventBridge delivers muted and suppressed transitions, too. Any value counts. */
function isGiven(field: unknown): boolean {
  return field !== undefined && field !== null && field !== '';
}
