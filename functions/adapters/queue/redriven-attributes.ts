import type { DeadLetter } from './dead-letters.ts';

/** Attributes that a redrive removes. */
const deadLetterAttributes = ['reason', 'detail', 'messageId'];

/** The attributes with which a dead letter goes back to the alert queue, for the redrive and for its preview. */
export function redrivenAttributes({
  attributes,
  sentAt,
}: Pick<DeadLetter, 'attributes' | 'sentAt'>): Readonly<Record<string, string>> {
  // arrivedAt marks a message that came before: an unclaimed new message is ignored.
  const all = Object.entries({ arrivedAt: String(sentAt), ...attributes });
  // SQS refuses empty texts; a binary attribute has no text.
  return Object.fromEntries(all.filter(([name, value]) => !deadLetterAttributes.includes(name) && value !== ''));
}
