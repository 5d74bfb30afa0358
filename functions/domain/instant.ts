// Instants as others write them, read strictly: what is taken for an instant decides about money.
const shape =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3})\d{0,6})?(?:Z|([+-])([01]\d|2[0-3]):?([0-5]\d))$/;
/** Go prints an unset time as the year 1; nothing of ours is older than the cloud. */
const earliest = Date.UTC(2000, 0, 1);

/**
 * Reads the instants that senders print: CloudWatch's `+0000`, Go's nano- and microseconds, Grafana's offsets.
 *
 * @returns epoch milliseconds, finer fractions cut off; undefined for anything else, and for dates that do not exist
 */
export function readInstant(text: string): number | undefined {
  const [matched, year, month, day, hour, minute, second, fraction = '', sign, offsetHour, offsetMinute] =
    shape.exec(text) ?? [];
  if (matched === undefined) return undefined;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}Z`;
  const wall = Date.parse(local);
  // Date.parse turns 30 February into 2 March and 24:00 into the next day: only what prints back unchanged exists.
  if (Number.isNaN(wall) || new Date(wall).toISOString() !== local) return undefined;
  const offsetMs = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60_000;
  const at = sign === '-' ? wall + offsetMs : wall - offsetMs;
  return at >= earliest ? at : undefined;
}

/** ACK cuts some of its instants to the minute: `2026-03-10T10:05+08:00`. */
export function readAckInstant(text: string): number | undefined {
  return readInstant(text.replace(/(T\d\d:\d\d)(?=[Z+-])/, '$1:00'));
}

/** The `Date` of an HTTP answer, in the one spelling that HTTP still allows to send: Date.parse would take `2026`, too. */
export function readHttpDate(text: string): number | undefined {
  const at = Date.parse(text);
  return Number.isFinite(at) && new Date(at).toUTCString() === text ? at : undefined;
}
