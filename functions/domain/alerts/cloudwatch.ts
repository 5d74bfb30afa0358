import { cloudwatchKey } from '../job/idempotency-key.ts';
import { type Intent, payloadOf } from '../job/scale-job.ts';
import { isObject, type JsonObject, own } from '../record.ts';
import { originProblem } from './alarm-origin.ts';
import { breachOf, isAboutMissingData } from './cloudwatch-breach.ts';
import { fromAction, fromEvent, fromNotification, type Transition } from './cloudwatch-transition.ts';
import {
  type AlertContext,
  type Dialect,
  type Ignored,
  ignored,
  invalid,
  oneJob,
  type ParsedAlert,
  type Poison,
  quoted,
  reasonFrom,
  unclaimed,
} from './dialect.ts';
import { aheadProblem } from './instant.ts';
import { clusterOfAlarm, noRuleFor } from './routing.ts';

export const cloudwatch: Dialect = {
  name: 'a CloudWatch alarm (through SNS, EventBridge or a Lambda action)',
  sources: ['cloudwatch'],
  recognizes: (value) => readerFor(value) !== undefined,
  parse(value, context) {
    const transition = readerFor(value)?.(value) ?? ignored('the message is no CloudWatch alarm');
    return 'kind' in transition ? transition : decideOn(transition, context);
  },
};

type Reader = (value: JsonObject) => Transition | Ignored | Poison;

function readerFor(value: JsonObject): Reader | undefined {
  if (own(value, 'NewStateValue') !== undefined) return fromNotification;
  if (isObject(own(value, 'alarmData'))) return fromAction;
  const type = own(value, 'detail-type');
  if (typeof type !== 'string' || !Object.hasOwn(value, 'detail')) return undefined;
  const isStateChange = type === 'CloudWatch Alarm State Change' && own(value, 'source') === 'aws.cloudwatch';
  // A rule may match other events, such as configuration changes.
  return isStateChange
    ? fromEvent
    : () =>
        ignored(`the EventBridge event ${quoted(type)} asks for no nodes; only state changes of CloudWatch alarms do`);
}

function decideOn(transition: Transition, context: AlertContext): ParsedAlert {
  const { alarm, arn, state, changedAt, changedAtField, breachData, suppressed } = transition;
  // The state before is ignored: a composite alarm goes from ALARM to ALARM when its suppression ends.
  if (state !== 'ALARM') return ignored(`alarm ${alarm} is in state ${state}; only ALARM asks for nodes`);
  if (suppressed !== undefined) return ignored(`alarm ${alarm}: ${suppressed}`);
  if (isAboutMissingData(breachData.reason)) return ignored(`alarm ${alarm} reports missing data, not load`);
  const cluster = clusterOfAlarm(context, alarm);
  if (cluster === undefined) return unclaimed(noRuleFor(alarm, context));
  const foreign = context.home && originProblem(arn, context.config.stack, context.home);
  if (foreign !== undefined) return invalid(`the CloudWatch alarm ${alarm}`, [foreign]);
  const ahead = aheadProblem(changedAtField, changedAt, context.now);
  if (ahead !== undefined) return invalid('the CloudWatch alarm', [ahead]);
  const by = breachOf(breachData);
  const intent: Intent = { kind: 'breach', alarm, ...(by !== undefined && { by }) };
  return oneJob({
    key: cloudwatchKey(cluster, arn, changedAt),
    cluster,
    source: 'cloudwatch',
    intent,
    payload: payloadOf(intent),
    reason: reasonFrom([breachData.reason], `alarm ${alarm} is in state ALARM`),
    occurredAt: changedAt,
    alarmArn: arn,
    wentOffAt: changedAt,
  });
}
