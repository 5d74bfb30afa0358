// Instants in the service's formats.
const hourMs = 3_600_000;
const toSeconds = (ms: number) => new Date(ms).toISOString().slice(0, 19);

/** RFC 3339 in China's zone, as in tasks. */
export const chinaTime = (ms: number) => `${toSeconds(ms + 8 * hourMs)}+08:00`;

/** RFC 3339 in UTC, as in nodes. */
export const utcTime = (ms: number) => `${toSeconds(ms)}Z`;

export const httpDate = (ms: number) => new Date(ms).toUTCString();

/** undefined for another format, and for a date that does not exist. */
export function parseUtcTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) || utcTime(ms) !== text ? undefined : ms;
}

export function addMonths(ms: number, months: number): number {
  const date = new Date(ms);
  return date.setUTCMonth(date.getUTCMonth() + months);
}
