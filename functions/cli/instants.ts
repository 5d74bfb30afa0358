/** An instant for people: the local time, and the UTC time that logs and the ledger speak of. */
export function formatInstant(at: number, timeZone?: string): string {
  const local = partsOf(at, timeZone);
  const utc = partsOf(at, 'UTC');
  if (local.zone === utc.zone) return `${utc.date} ${utc.time} UTC`;
  const elsewhere = local.date === utc.date ? utc.time : `${utc.date} ${utc.time}`;
  return `${local.date} ${local.time} ${local.zone} (${elsewhere} UTC)`;
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
    // GMT+08:00 for Shanghai, GMT for every zone that keeps UTC now.
    zone: of('timeZoneName').replace('GMT', '') || 'UTC',
  };
}
