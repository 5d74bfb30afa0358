import { readInstant } from '../../domain/instant.ts';

/** Local time, and UTC as in logs and ledger. */
export function formatInstant(at: number, timeZone?: string): string {
  const local = partsOf(at, timeZone);
  const utc = partsOf(at, 'UTC');
  if (local.zone === utc.zone) return `${utc.date} ${utc.time} UTC`;
  const elsewhere = local.date === utc.date ? utc.time : `${utc.date} ${utc.time}`;
  return `${local.date} ${local.time} ${local.zone} (${elsewhere} UTC)`;
}

/** Local time with its offset, for columns. */
export function formatLocal(at: number, timeZone?: string): string {
  const { date, time, zone } = partsOf(at, timeZone);
  return `${date} ${time} ${zone}`;
}

/** `45 s`, `12 min`, `3 h`, `2 d` */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 120 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `30m`, `12h` or `7d` in milliseconds; undefined for another text. */
export function readDuration(text: string): number | undefined {
  const [, amount = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = unitMs[unit];
  return ms === undefined ? undefined : Number(amount) * ms;
}

/**
 * `18:00`, the next such local time; `2h`, from now on; or an instant such as 2026-11-01T08:00:00Z.
 * @returns epoch milliseconds; undefined for another text
 */
export function readFuture(text: string, now: number): number | undefined {
  const ms = readDuration(text);
  if (ms !== undefined) return now + ms;
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined) return readInstant(text);
  const next = new Date(now);
  next.setHours(Number(hours), Number(minutes), 0, 0);
  if (next.getTime() <= now) next.setDate(next.getDate() + 1);
  return next.getTime();
}

function partsOf(at: number, timeZone: string | undefined) {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  return {
    date: `${of('year')}-${of('month')}-${of('day')}`,
    time: `${of('hour')}:${of('minute')}:${of('second')}`,
    // GMT+08:00 for Shanghai; for UTC, GMT or GMT+00:00, depending on the version.
    zone: of('timeZoneName').replace(/^GMT(\+00:00)?/, '') || 'UTC',
  };
}
