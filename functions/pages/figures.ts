// Numbers, money and times as a page shows them. The same in every locale of the machine.
import { type Html, html } from './html.ts';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** `15,755`; below ten with a digit of fraction: `1.6`. */
export const count = (value: number): string => written(Math.abs(value) < 10 ? oneDigit : whole, value);

/** With a minus sign, which is as wide as a plus. */
const written = (format: Intl.NumberFormat, value: number): string => format.format(value).replace('-', '\u2212');

/** @param inCents hundredths. `6,120`, or `6,120.50` */
export const amount = (inCents: number): string => written(inCents % 100 === 0 ? whole : cents, inCents / 100);

/** `6,120 CNY`; without a currency the number alone. */
export const money = (inCents: number, currency: string | undefined): string =>
  currency === undefined ? amount(inCents) : `${amount(inCents)}\u00a0${currency}`;

/** `+1,080`, `\u221220`, `0`: @param format of its size */
export const signed = (value: number, format: (size: number) => string = count): string =>
  value === 0 ? '0' : `${value < 0 ? '\u2212' : '+'}${format(Math.abs(value))}`;

/** `0.10 %`, `55 %` */
export function percent(value: number): string {
  const size = Math.abs(value);
  return `${written(size === 0 || size >= 10 ? whole : size >= 1 ? oneDigit : cents, value)}\u00a0%`;
}

export type TimeStyle = 'minute' | 'day' | 'clock' | 'date';

const styles: Readonly<Record<TimeStyle, Intl.DateTimeFormatOptions>> = {
  minute: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  clock: { hour: '2-digit', minute: '2-digit' },
  day: { day: 'numeric', month: 'short' },
  date: { day: 'numeric', month: 'short', year: 'numeric' },
};

// Making a formatter takes longer than a thousand uses of it.
const formatters = new Map<string, Intl.DateTimeFormat>();
function formatterOf(style: TimeStyle, timeZone: string): Intl.DateTimeFormat {
  const key = `${style} ${timeZone}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { ...styles[style], timeZone, hourCycle: 'h23' });
  formatters.set(key, made);
  return made;
}

/** `Sat 5 Sep 18:50`, `18:50`, `5 Sep` or `5 Sep 2026`. @param at epoch milliseconds */
export const formatTime = (at: number, timeZone: string, style: TimeStyle = 'minute'): string =>
  formatterOf(style, timeZone).format(at).replaceAll(',', '').replace('Sept', 'Sep');

/** Local, with UTC in `datetime` and on hover. */
export function time(at: number, timeZone: string, style: TimeStyle = 'minute'): Html {
  const utc = `${new Date(at).toISOString().slice(0, 16)}Z`;
  return html`<time datetime="${utc}" title="${utc.replace('T', ' ').replace('Z', ' UTC')}">${formatTime(at, timeZone, style)}</time>`;
}
