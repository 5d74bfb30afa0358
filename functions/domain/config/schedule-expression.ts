// The schedule expressions of EventBridge Scheduler, checked before the deployment. Undocumented syntax is refused.
// Syntax: AWS, "Schedule types on EventBridge Scheduler".
import { readInstant } from '../instant.ts';

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** For error messages. */
  readonly allowed: string;
  /** Names of min, min + 1, ... */
  readonly names?: readonly string[];
  /** Values that stand alone. */
  readonly alone?: RegExp;
  readonly noSteps?: boolean;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** In the order of their numbers, 1 to 7. */
export const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const fields: readonly Field[] = [
  { name: 'minutes', min: 0, max: 59, allowed: '0 to 59' },
  { name: 'hours', min: 0, max: 23, allowed: '0 to 23' },
  {
    name: 'day of the month',
    min: 1,
    max: 31,
    allowed: '1 to 31, L, 1W to 31W or ?',
    alone: /^(\?|L|([1-9]|[12]\d|3[01])W)$/,
  },
  { name: 'month', min: 1, max: 12, allowed: '1 to 12 or JAN to DEC', names: months },
  {
    name: 'day of the week',
    min: 1,
    max: 7,
    allowed: '1 to 7 or SUN to SAT without steps, L, 6L, 3#2 or ?',
    names: weekdays,
    alone: /^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/,
    noSteps: true,
  },
  { name: 'year', min: 1970, max: 2199, allowed: '1970 to 2199' },
];

export const scheduleSyntax =
  'use cron(minutes hours day-of-month month day-of-week year), rate(n unit) or at(yyyy-mm-ddThh:mm:ss)';

/** How to correct an expression; undefined for a correct one. */
export function scheduleRemedy(expression: string): string | undefined {
  const [, kind, inner = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'cron':
      return cronRemedy(inner.split(' '));
    case 'rate':
      return rateRemedy(inner);
    case 'at':
      return atRemedy(inner);
    default:
      return scheduleSyntax;
  }
}

/** When an `at` expression occurs; undefined for any other. Epoch milliseconds. */
export function occurrenceOf(expression: string, timeZone = 'UTC'): number | undefined {
  const wall = /^at\((.*)\)$/.exec(expression)?.[1];
  const asUtc = wall === undefined ? undefined : readInstant(`${wall}Z`);
  if (asUtc === undefined) return undefined;
  const offsetAt = offsetsOf(timeZone);
  // Twice: the first result may be on the other side of a clock change.
  return asUtc - offsetAt(asUtc - offsetAt(asUtc));
}

/** The offset of a time zone from UTC at an instant, in milliseconds. */
export function offsetsOf(timeZone: string): (at: number) => number {
  // Swedish prints 2026-11-11 08:00:00.
  const shown = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return (at) => Date.parse(`${shown.format(at).replace(' ', 'T')}Z`) - at;
}

/** The numbers of a cron field, or a text such as L or ?. */
export type FieldValue = ReadonlySet<number> | string;

/** The fields of a correct cron expression; days of the week are 1 to 7 from Sunday. undefined for any other kind. */
export function cronValues(expression: string): readonly FieldValue[] | undefined {
  const inner = /^cron\((.*)\)$/.exec(expression)?.[1];
  return inner?.split(' ').map((value, i) => {
    const field = fields[i];
    return !field || field.alone?.test(value) ? value : numbersOf(value, field);
  });
}

function cronRemedy(values: readonly string[]): string | undefined {
  if (values.length !== fields.length || values.includes('')) return scheduleSyntax;
  const remedies = fields.flatMap((field, i) => fieldRemedy(values[i] ?? '', field) ?? []);
  if (remedies.length > 0) return remedies.join(' and ');
  const [, , dayOfMonth, , dayOfWeek] = values;
  return (dayOfMonth === '?') === (dayOfWeek === '?')
    ? 'use ? for the day of the month or for the day of the week, one of them'
    : undefined;
}

function fieldRemedy(value: string, field: Field): string | undefined {
  if (value === '*' || field.alone?.test(value)) return undefined;
  return value
    .split(',')
    .map((item) => itemRemedy(item, field))
    .find((remedy) => remedy !== undefined);
}

/** One of n, n-m, n/step, n-m/step and `*`/step. */
const itemSyntax = /^(?:\*(?=\/)|(\w+)(?:-(\w+))?)(?:\/([1-9]\d{0,3}))?$/;

function itemRemedy(item: string, field: Field): string | undefined {
  const { name, min, max, allowed, names = [], noSteps = false } = field;
  const parts = itemSyntax.exec(item);
  const [, from = `${min}`, to = from, step] = parts ?? [];
  const [first, last] = [numberOf(from, field), numberOf(to, field)];
  if (!parts || first === undefined || last === undefined || (step !== undefined && (noSteps || Number(step) > max)))
    return `use ${allowed} for the ${name}`;
  return first > last
    ? `use two ranges, ${from}-${names.at(-1) ?? max},${names[0] ?? min}-${to}, for the ${name}`
    : undefined;
}

function numbersOf(value: string, field: Field): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (const item of value.split(',')) {
    // `*` has none of the parts.
    const [, from, to, step] = itemSyntax.exec(item) ?? [];
    const first = numberOf(from ?? '', field) ?? field.min;
    const open = from === undefined || (to === undefined && step !== undefined);
    const last = open ? field.max : (numberOf(to ?? '', field) ?? first);
    for (let n = first; n <= last; n += Number(step ?? 1)) numbers.add(n);
  }
  return numbers;
}

function numberOf(text: string, { min, max, names = [] }: Field): number | undefined {
  const named = names.indexOf(text);
  if (named >= 0) return min + named;
  const number = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return number >= min && number <= max ? number : undefined;
}

function rateRemedy(inner: string): string | undefined {
  const [, count, unit] = /^([1-9]\d{0,4}) (minute|hour|day)s?$/.exec(inner) ?? [];
  if (count === undefined || unit === undefined)
    return 'use a whole number above 0 and minutes, hours or days, such as rate(5 minutes)';
  const right = `${count} ${count === '1' ? unit : `${unit}s`}`;
  return inner === right ? undefined : `use rate(${right})`;
}

function atRemedy(inner: string): string | undefined {
  const exists = /^[-\d]+T[:\d]+$/.test(inner) && readInstant(`${inner}Z`) !== undefined;
  return exists ? undefined : 'use a date and a time that exist, such as at(2026-11-11T08:00:00)';
}
