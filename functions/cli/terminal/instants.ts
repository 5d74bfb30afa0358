/** An instant for people: the local time, and the UTC time that logs and the ledger speak of. */
export function formatInstant(at: number, timeZone?: string): string {
  const local = partsOf(at, timeZone);
  const utc = partsOf(at, 'UTC');
  if (local.zone === utc.zone) return `${utc.date} ${utc.time} UTC`;
  const elsewhere = local.date === utc.date ? utc.time : `${utc.date} ${utc.time}`;
  return `${local.date} ${local.time} ${local.zone} (${elsewhere} UTC)`;
}

/** The local time alone, for columns: the offset tells the rest. */
export function formatLocal(at: number, timeZone?: string): string {
  const { date, time, zone } = partsOf(at, timeZone);
  return `${date} ${time} ${zone}`;
}

/** How long something is, in the one unit that says most: `45 s`, `12 min`, `3 h`, `2 d`. */
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
    // GMT+08:00 for Shanghai; GMT or GMT+00:00, by version, for every zone that keeps UTC now.
    zone: of('timeZoneName').replace(/^GMT(\+00:00)?/, '') || 'UTC',
  };
}
