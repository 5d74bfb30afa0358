// How far a CloudWatch alarm's metric is beyond its threshold: when it went off (breachOf), and now (breachByValues). The
// numbers of the transition are in reasonData (EventBridge, JSON) and in the reason (all envelopes, text). The newest datapoint
// beyond the threshold counts, so both give the same result: the text lists crossing datapoints only. Shapes: AWS, "Alarm events
// and EventBridge".
import * as z from 'zod/mini';
import { distanceBeyond } from '../quantity.ts';
import { isObject, withoutNulls } from '../record.ts';
import { readInner } from './body.ts';

export interface BreachData {
  readonly reason: string;
  readonly reasonData?: string | undefined;
  /** SNS only: Trigger.ComparisonOperator and Trigger.Threshold. */
  readonly operator?: string | undefined;
  readonly threshold?: number | undefined;
}

/** On which side of the band or threshold the alarm fires. */
interface Sides {
  readonly above: boolean;
  readonly below: boolean;
  /** The threshold itself counts. */
  readonly inclusive: boolean;
}

/** Newest first. One bound for all values, or one for each. */
interface Series {
  readonly values: readonly number[];
  readonly upper: readonly number[];
  readonly lower: readonly number[];
}

/** CloudWatch's own limits are 1,023 and 4,000 characters (SetAlarmState). */
const maxReason = 1100;
const maxReasonData = 16_000;

/** In the metric's unit, never negative; undefined without numbers, as for composite alarms and set-alarm-state. */
export function breachOf(data: BreachData): number | undefined {
  const reason = data.reason.slice(0, maxReason);
  const [told, written] = [seriesInData(data.reasonData), seriesInText(reason, data.threshold)];
  const sides = sidesOf(data.operator) ?? sidesInText(reason);
  if (!sides)
    return told && newestBeyond(crossing(told, written.values), { above: true, below: true, inclusive: true });
  return newestBeyond(told, sides) ?? newestBeyond(written, sides);
}

/** The comparison of an alarm, with a fixed threshold. */
export interface FixedThreshold {
  /** Such as GreaterThanThreshold. */
  readonly operator: string;
  readonly threshold: number;
  /** How many datapoints of its window must be beyond the threshold. */
  readonly datapointsToAlarm: number;
}

/**
 * By the values in the window of an alarm, in any order: as many of them as the alarm needs are beyond its threshold by this, or
 * further. So a single peak, or a period that is not over yet, does not decide. With fewer values, the one that is least beyond
 * counts. Undefined when that one is within the threshold.
 */
export function breachByValues(
  values: readonly number[],
  { operator, threshold, datapointsToAlarm }: FixedThreshold,
): number | undefined {
  const sides = sidesOf(operator);
  if (!sides) return undefined;
  const worstFirst = values
    .filter((value) => !Number.isNaN(value))
    .toSorted((a, b) => (sides.above ? b - a : a - b))
    .slice(0, datapointsToAlarm);
  return newestBeyond({ values: worstFirst.slice(-1), upper: [threshold], lower: [threshold] }, sides);
}

/**
 * CloudWatch cuts the text after 1,023 characters, and a long list of datapoints leaves no room for the comparison. What it lists
 * has crossed, on whichever side, so the newest of it in reasonData counts.
 */
function crossing({ values, upper, lower }: Series, [newest]: readonly number[]): Series | undefined {
  const at = newest === undefined ? -1 : values.indexOf(newest);
  if (at < 0) return undefined;
  const boundAt = (bounds: readonly number[]) => (bounds.length === values.length ? [bounds[at] ?? 0] : bounds);
  return { values: values.slice(at, at + 1), upper: boundAt(upper), lower: boundAt(lower) };
}

/** The alarm treats missing data as breaching, and had no other. */
export const isAboutMissingData = (reason: string): boolean =>
  /\bno datapoints were received\b.*\btreated as \[?Breaching\b/is.test(reason.slice(0, maxReason));

function newestBeyond(series: Series | undefined, { above, below, inclusive }: Sides): number | undefined {
  if (!series) return undefined;
  const { values, upper, lower } = series;
  const boundFor = (bounds: readonly number[], i: number) =>
    bounds.length === 1 || bounds.length === values.length ? bounds[Math.min(i, bounds.length - 1)] : undefined;
  for (const [i, value] of values.entries()) {
    const [ceiling, floor] = [boundFor(upper, i), boundFor(lower, i)];
    const over = above && ceiling !== undefined ? distanceBeyond(value, inclusive ? '>=' : '>', ceiling) : undefined;
    const under = below && floor !== undefined ? distanceBeyond(value, inclusive ? '<=' : '<', floor) : undefined;
    const by = over ?? under;
    if (by !== undefined) return by;
  }
  return undefined;
}

/** Such as GreaterThanOrEqualToThreshold, LessThanLowerThreshold, LessThanLowerOrGreaterThanUpperThreshold. */
function sidesOf(operator: string | undefined): Sides | undefined {
  const above = operator?.includes('GreaterThan') ?? false;
  const below = operator?.includes('LessThan') ?? false;
  return above || below ? { above, below, inclusive: operator?.includes('OrEqualTo') ?? false } : undefined;
}

/** `was greater than`, `were less than or equal to`, `was less than the lower … or greater than the upper …`. */
function sidesInText(reason: string): Sides | undefined {
  const said = /\bw(?:as|ere) (greater|less) than (or equal to )?the /.exec(reason);
  if (!said) return undefined;
  const below = said[1] === 'less';
  return { above: !below || reason.includes(' or greater than the upper '), below, inclusive: said[2] !== undefined };
}

/** A double as Java prints it: 99.5, 1.0E7, 4.9E-324. */
const double = '-?\\d{1,20}(?:\\.\\d{1,20})?(?:E-?\\d{1,3})?';
const datedDouble = new RegExp(`(${double}) \\(\\d\\d/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d\\)`, 'g');
const anyDouble = new RegExp(double, 'g');
const statedThreshold = new RegExp(`the threshold \\((${double})\\)`);
const upperBand = /the upper thresholds? \[([^\]]*)\]/;
const lowerBand = /the lower thresholds? \[([^\]]*)\]/;

/** `[99.5 (02/10/19 16:59:00), …]` newest first, and `the threshold (50.0)` or `the upper thresholds [0.3, …]`. */
function seriesInText(reason: string, triggerThreshold: number | undefined): Series {
  const values = [...reason.matchAll(datedDouble)].map(([, number]) => Number(number));
  const band = (side: RegExp) => (side.exec(reason)?.[1]?.match(anyDouble) ?? []).map(Number);
  const [upper, lower] = [band(upperBand), band(lowerBand)];
  const stated = statedThreshold.exec(reason)?.[1];
  const threshold = stated === undefined ? triggerThreshold : Number(stated);
  if (threshold === undefined || upper.length + lower.length > 0) return { values, upper, lower };
  return { values, upper: [threshold], lower: [threshold] };
}

const numbers = z.optional(z.array(z.number()));
const reasonDataSchema = z.object({
  recentDatapoints: z.array(z.number()),
  threshold: z.optional(z.number()),
  recentUpperThresholds: numbers,
  recentLowerThresholds: numbers,
});

/** reasonData lists the oldest first. undefined for unreadable or incomplete data: then the text is used. */
function seriesInData(reasonData: string | undefined): Series | undefined {
  const inner = reasonData === undefined || reasonData.length > maxReasonData ? undefined : readInner(reasonData);
  const read = reasonDataSchema.safeParse(isObject(inner) ? withoutNulls(inner) : undefined);
  if (!read.success) return undefined;
  const { recentDatapoints, threshold, recentUpperThresholds = [], recentLowerThresholds = [] } = read.data;
  const fixed = threshold === undefined ? undefined : [threshold];
  return {
    values: recentDatapoints.toReversed(),
    upper: fixed ?? recentUpperThresholds.toReversed(),
    lower: fixed ?? recentLowerThresholds.toReversed(),
  };
}
