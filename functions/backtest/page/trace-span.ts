// What the charts of a page span, and how finely they are drawn.
import type { Span } from '../../pages/chart.ts';
import type { BacktestInput } from '../result.ts';

export const minuteMs = 60_000;
export const dayMinutes = 1440;

type Trace = Pick<BacktestInput, 'startAt' | 'minutes'>;

export const spanOf = ({ startAt, minutes }: Trace): Span => ({ from: startAt, to: startAt + minutes * minuteMs });

/** A drawing is about a thousand pixels wide: more points would not be seen. */
const mostBuckets = 600;

export const bucketMinutes = ({ minutes }: Pick<Trace, 'minutes'>): number =>
  Math.max(1, Math.ceil(minutes / mostBuckets));
