// Instants of senders, read strictly.
const shape =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3})\d{0,6})?(?:Z|([+-])([01]\d|2[0-3]):?([0-5]\d))$/;
/** Go prints an unset time as the year 1. */
const earliest = Date.UTC(2000, 0, 1);

/** @returns epoch milliseconds; undefined for another form, and for a date that does not exist */
export function readInstant(text: string): number | undefined {
  const [matched, year, month, day, hour, minute, second, fraction = '', sign, offsetHour, offsetMinute] =
    shape.exec(text) ?? [];
  if (matched === undefined) return undefined;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}Z`;
  const wall = Date.parse(local);
  // Date.parse accepts 30 February and 24:00: the date exists when it prints unchanged.
  if (Number.isNaN(wall) || new Date(wall).toISOString() !== local) return undefined;
  const offsetMs = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60_000;
  const at = sign === '-' ? wall + offsetMs : wall - offsetMs;
  return at >= earliest ? at : undefined;
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
