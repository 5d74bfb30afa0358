// Kinds of fields that several schemas share.
import * as z from 'zod/mini';

export const wholeNumber = (min: number, max: number, unit: string) => {
  const allowed = `use a whole number from ${min} to ${max} (${unit})`;
  return z.number(allowed).check(z.refine((n) => Number.isInteger(n) && n >= min && n <= max, allowed));
};

export const text = (allowed: string, pattern: RegExp) => z.string(allowed).check(z.regex(pattern, allowed));

export const yesOrNo = (initial: boolean) => z._default(z.boolean('use true or false'), initial);
