// Instants of senders, read strictly.
const shape =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/;
/** Go prints an unset time as the year 1. */
const earliest = Date.UTC(2000, 0, 1);
const zero = 0x30;

/** What `readInstant` reads, for error messages. */
export const instantAllowed = 'use an ISO 8601 instant with its offset, such as 2026-11-11T16:00:00Z';

/**
 * The shape is checked first, so each field is read by its place: Date.parse would take most of the time of reading an alert.
 * @returns epoch milliseconds; undefined for another form, and for a date that does not exist
 */
export function readInstant(text: string): number | undefined {
  if (!shape.test(text)) return undefined;
  const year = digitsAt(text, 0, 4);
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  if (year < 100) return undefined;
  const day = digitsAt(text, 8, 2);
  const wall = Date.UTC(
    year,
    digitsAt(text, 5, 2) - 1,
    day,
    digitsAt(text, 11, 2),
    digitsAt(text, 14, 2),
    digitsAt(text, 17, 2),
  );
  // Date.UTC reads 30 February as 2 March.
  if (day > 28 && new Date(wall).getUTCDate() !== day) return undefined;
  const zone = text.endsWith('Z') ? text.length - 1 : Math.max(text.indexOf('+', 19), text.indexOf('-', 19));
  const fraction = Math.min(zone - 20, 3);
  const at = fraction > 0 ? wall + digitsAt(text, 20, fraction) * 10 ** (3 - fraction) : wall;
  const instant = at - offsetMs(text, zone);
  return instant >= earliest ? instant : undefined;
}

function digitsAt(text: string, from: number, count: number): number {
  let number = 0;
  for (let i = from; i < from + count; i++) number = number * 10 + text.charCodeAt(i) - zero;
  return number;
}

/** @param from where `Z`, `+08:00` or `-0330` begins */
function offsetMs(text: string, from: number): number {
  const sign = text[from];
  if (sign === 'Z') return 0;
  const ms = (digitsAt(text, from + 1, 2) * 60 + digitsAt(text, text.length - 2, 2)) * 60_000;
  return sign === '-' ? -ms : ms;
}

/** ACK cuts some instants to the minute: `2026-03-10T10:05+08:00`. */
export function readAckInstant(text: string): number | undefined {
  return readInstant(text.replace(/(T\d\d:\d\d)(?=[Z+-])/, '$1:00'));
}

/** The `Date` header of HTTP. Date.parse alone would accept `2026`, too. */
export function readHttpDate(text: string): number | undefined {
  const at = Date.parse(text);
  return Number.isFinite(at) && new Date(at).toUTCString() === text ? at : undefined;
}
