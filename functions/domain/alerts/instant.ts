import * as z from 'zod/mini';

const shape =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3})\d{0,6})?(?:Z|([+-])([01]\d|2[0-3]):?([0-5]\d))$/;
/** Go prints an unset time as the year 1; no alert of ours is older than the cloud. */
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

const allowed = 'use an ISO 8601 instant with its offset, such as 2026-11-11T16:00:00Z';

/** A field that holds such an instant; parses to epoch milliseconds. */
export const instant = z.pipe(
  z.string(allowed),
  z.transform((text, { issues }) => {
    const at = readInstant(text);
    if (at !== undefined) return at;
    issues.push({ code: 'custom', message: allowed, input: text });
    return z.NEVER;
  }),
);
