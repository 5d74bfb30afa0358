import * as z from 'zod/mini';

/**
 * A field of 1 to `max` characters without control characters and lone surrogates. What becomes part of a key must
 * survive UTF-8: a lone surrogate would come back from the ledger as another character, under another key.
 */
export function printable(what: string, max: number) {
  const allowed = `use ${what}, 1 to ${max} printable characters`;
  return z
    .string(allowed)
    .check(z.refine((text) => text.length > 0 && text.length <= max && !/[\p{Cc}\p{Cs}]/u.test(text), allowed));
}

/** What only explains or sizes an alert never costs us the alert: anything but a text, or a number, counts as absent. */
export const ifText = z.catch(z.optional(z.string()), undefined);
export const ifNumber = z.catch(z.optional(z.number()), undefined);
