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
