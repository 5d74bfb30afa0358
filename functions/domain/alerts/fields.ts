import * as z from 'zod/mini';

/** 1 to `max` characters without control characters and lone surrogates, which UTF-8 would change in a key. */
export function printable(what: string, max: number) {
  const allowed = `use ${what}, 1 to ${max} printable characters`;
  return z
    .string(allowed)
    .check(z.refine((text) => text.length > 0 && text.length <= max && !/[\p{Cc}\p{Cs}]/u.test(text), allowed));
}

/** Optional details: a value of another type counts as absent. */
export const ifText = z.catch(z.optional(z.string()), undefined);
export const ifNumber = z.catch(z.optional(z.number()), undefined);
