// Apart from the queue, whose client the function loads only when it sends something.
import type { AlertMessage } from './queue.ts';

/** How often a message was deferred. Whoever may enqueue may write anything there: what is no number counts as never. */
export const deferralsOf = ({ attributes }: Pick<AlertMessage, 'attributes'>): number =>
  Number(attributes['deferrals'] ?? 0) || 0;
