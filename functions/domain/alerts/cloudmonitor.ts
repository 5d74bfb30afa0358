// Alibaba CloudMonitor's threshold callback: a form, or the same fields as JSON. It is sent up to four times until it is
// answered, and again on recovery. Shape: Alibaba Cloud, "Use threshold alert callbacks".
import * as z from 'zod/mini';
import { cloudmonitorAlert, cloudmonitorKey } from '../job/idempotency-key.ts';
import { type Intent, payloadOf } from '../job/scale-job.ts';
import { type Comparison, distanceBeyond, readQuantity } from '../quantity.ts';
import { type JsonObject, own } from '../record.ts';
import { timings } from '../timings.ts';
import {
  type AlertContext,
  type Dialect,
  ignored,
  invalid,
  oneJob,
  type ParsedAlert,
  reasonFrom,
  unclaimed,
} from './dialect.ts';
import { alarmName, ifText, readFields } from './fields.ts';
import { aheadProblem } from './instant.ts';
import { clusterOfAlarm, noRuleFor } from './routing.ts';

const stampAllowed = 'use seconds (10 digits) or milliseconds (13 digits) since 1970';
const ruleIdAllowed = 'use the id of the rule, 1 to 128 printable characters without spaces and slashes';
const dimensionsAllowed = 'use at most 512 printable characters, in at most 1024 bytes of UTF-8';
/** UTF-8. A key of DynamoDB has at most 2048 bytes. */
const maxDimensionBytes = 1024;

const callback = z.object({
  alertState: z.enum(['ALERT', 'OK', 'INSUFFICIENT_DATA'], 'use ALERT, OK or INSUFFICIENT_DATA'),
  alertName: ifText,
  // A part of the key, between slashes.
  ruleId: z.string(ruleIdAllowed).check(z.regex(/^[^\s/\p{Cc}\p{Cs}]{1,128}$/u, ruleIdAllowed)),
  dimensions: z._default(
    z.string(dimensionsAllowed).check(
      z.regex(/^[^\p{Cc}\p{Cs}]{0,512}$/u, dimensionsAllowed),
      z.refine((text) => Buffer.byteLength(text) <= maxDimensionBytes, dimensionsAllowed),
    ),
    '{}',
  ),
  timestamp: z.pipe(
    z.union([z.string(), z.number()], stampAllowed),
    z.transform((stamp, { issues }) => {
      const at = readStamp(String(stamp));
      if (at !== undefined) return at;
      issues.push({ code: 'custom', message: stampAllowed, input: stamp });
      return z.NEVER;
    }),
  ),
  expression: ifText,
  curValue: z.optional(z.unknown()),
  metricName: ifText,
  instanceName: ifText,
});
type Callback = z.infer<typeof callback>;

const [source, what] = ['cloudmonitor', 'the CloudMonitor callback'] as const;

export const cloudmonitor: Dialect = {
  name: 'a CloudMonitor callback (a form)',
  sources: ['cloudmonitor'],
  recognizes: (value) => own(value, 'alertState') !== undefined && own(value, 'kind') === undefined,
  parse(value, context) {
    const read = readFields(callback, withoutBlanks(value), what);
    return 'kind' in read ? read : decideOn(read.fields, context);
  },
};

/** An absent value arrives as the text `null`. */
function withoutBlanks(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== 'null' && value !== ''));
}

function decideOn(alert: Callback, context: AlertContext): ParsedAlert {
  const { alertState, ruleId, dimensions: given, timestamp, expression, metricName, instanceName } = alert;
  const alarm = alarmName(alert.alertName);
  if (alarm === undefined) return ignored('the callback has no alertName, so no rule can match it');
  const cluster = clusterOfAlarm(context, alarm);
  const dimensions = sortedDimensions(given);
  const { now, sentAt = now } = context;
  if (alertState !== 'ALERT') {
    const why = ignored(`alert rule ${alarm} is in state ${alertState}; only ALERT asks for nodes`);
    if (alertState !== 'OK' || cluster === undefined) return why;
    const ahead = aheadProblem('timestamp', timestamp, sentAt);
    if (ahead !== undefined) return { ...why, warnings: [`this is no recovery: ${ahead}`] };
    // It does not tell which firing it ends: none that is dated later than clocks may differ.
    const endedAt = Math.min(timestamp, sentAt + timings.maxClockSkewMs);
    const recovery = { cluster, source, alert: cloudmonitorAlert(ruleId, dimensions), endedAt };
    return { ...why, recoveries: [recovery] };
  }
  if (cluster === undefined) return unclaimed(noRuleFor(alarm, context));
  const ahead = aheadProblem('timestamp', timestamp, now);
  if (ahead !== undefined) return invalid(what, [ahead]);
  const value = readQuantity(alert.curValue);
  const by = breachOf(expression, value);
  const intent: Intent = { kind: 'breach', alarm, ...(by !== undefined && { by }) };
  const details = [metricName, value, expression && `(${expression})`, instanceName && `on ${instanceName}`];
  return oneJob({
    key: cloudmonitorKey(cluster, ruleId, dimensions, timestamp),
    cluster,
    source,
    intent,
    payload: payloadOf(intent),
    reason: reasonFrom([], `${alarm}: ${details.filter((part) => part !== undefined).join(' ')}`),
    occurredAt: timestamp,
    alert: cloudmonitorAlert(ruleId, dimensions),
  });
}

/** Epoch milliseconds: ten digits are seconds, thirteen are milliseconds, from 2001 to 2286. */
function readStamp(text: string): number | undefined {
  if (/^[1-9]\d{9}$/.test(text)) return Number(text) * 1000;
  return /^[1-9]\d{12}$/.test(text) ? Number(text) : undefined;
}

/** The order of a Java HashMap is not stable: `{userId=12, instanceId=i-12}`. */
function sortedDimensions(text: string): string {
  const entries = text.replace(/^\{/, '').replace(/\}$/, '').split(',');
  return `{${entries
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .toSorted()
    .join(', ')}}`;
}

/** `$Average>=95`; undefined for a compound or a relative expression. */
function breachOf(expression: string | undefined, value: number | undefined): number | undefined {
  const simple = /^\$[A-Za-z]{1,40} {0,3}(>=|<=|>|<) {0,3}([-+\d.eE%]{1,40})$/.exec(expression?.trim() ?? '');
  const threshold = readQuantity(simple?.[2]);
  const comparison = comparisons.find((known) => known === simple?.[1]);
  if (value === undefined || threshold === undefined || comparison === undefined) return undefined;
  return distanceBeyond(value, comparison, threshold);
}

const comparisons: readonly Comparison[] = ['>=', '<=', '>', '<'];
