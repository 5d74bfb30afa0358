// Instants of senders, read strictly.
const shape =
  /^\d{4}-(?:0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(\d{1,3})\d{0,6})?(?:Z|([+-])([01]\d|2[0-3]):?([0-5]\d))$/;
/** Go prints an unset time as the year 1. */
const earliest = Date.UTC(2000, 0, 1);

/** What `readInstant` reads, for error messages. */
export const instantAllowed = 'use an ISO 8601 instant with its offset, such as 2026-11-11T16:00:00Z';

/** @returns epoch milliseconds; undefined for another form, and for a date that does not exist */
export function readInstant(text: string): number | undefined {
  const found = shape.exec(text);
  if (found === null) return undefined;
  const wall = Date.parse(`${text.slice(0, 19)}Z`);
  // Date.parse reads 30 February as 2 March.
  if (Number(found[1]) > 28 && new Date(wall).getUTCDate() !== Number(found[1])) return undefined;
  const fraction = found[2];
  const at = fraction === undefined ? wall : wall + Number(fraction.padEnd(3, '0'));
  const offsetMs = found[3] === undefined ? 0 : (Number(found[4]) * 60 + Number(found[5])) * 60_000;
  const instant = found[3] === '-' ? at + offsetMs : at - offsetMs;
  return instant >= earliest ? instant : undefined;
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
