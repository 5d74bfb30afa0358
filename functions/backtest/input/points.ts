// A metric as it was recorded: points in time, each with the line of its file.

export interface Point {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Null for what is no number: CloudWatch would have no datapoint there. */
  readonly value: number | null;
  /** From 1. */
  readonly line: number;
}

/** A remark on one line. Those that say the same are told once. */
export interface Remark {
  readonly line?: number;
  readonly says: string;
}

export interface Points {
  readonly points: readonly Point[];
  readonly remarks: readonly Remark[];
}

/** What cannot be read, in words that say what to do. */
export interface Unreadable {
  readonly problem: string;
}

const isoInstant = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/;
const epochUnits: readonly (readonly [pattern: RegExp, perUnitMs: number])[] = [
  [/^\d{9,10}(\.\d+)?$/, 1000],
  [/^\d{12,13}$/, 1],
];

/** ISO 8601 with or without an offset, or seconds or milliseconds of Unix time. */
export function readTimestamp(text: string): { readonly at: number; readonly hasZone: boolean } | undefined {
  for (const [pattern, perUnitMs] of epochUnits)
    if (pattern.test(text)) return { at: Math.round(Number(text) * perUnitMs), hasZone: true };
  const [, date, time, seconds = ':00', zone] = isoInstant.exec(text) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const offset = zone === undefined || zone === 'UTC' ? 'Z' : zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  const at = Date.parse(`${date}T${time}${seconds}${offset}`);
  // Date.parse reads 30 February as 2 March.
  const isDate = new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
  return Number.isNaN(at) || !isDate ? undefined : { at, hasZone: zone !== undefined };
}

/** A number; null for NaN, an infinity, an empty text and what is negative: a load is none of these. */
export function readValue(text: string): number | null {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
