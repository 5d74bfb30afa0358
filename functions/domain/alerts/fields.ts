import * as z from 'zod/mini';
import { listProblems } from '../problems.ts';
import { type JsonObject, withoutNulls } from '../record.ts';
import { invalid, type Poison } from './dialect.ts';

/** The fields of a message by their schema; null counts as absent. `what` names the message in the error. */
export function readFields<T>(
  schema: z.ZodMiniType<T>,
  value: JsonObject,
  what: string,
): { readonly fields: T } | Poison {
  const given = withoutNulls(value);
  const read = schema.safeParse(given);
  return read.success ? { fields: read.data } : invalid(what, listProblems(read.error.issues, given));
}

const unprintable = /[\p{Cc}\p{Cs}]/u;

/** 1 to `max` characters without control characters and lone surrogates, which UTF-8 would change in a key. */
export function printable(what: string, max: number) {
  const allowed = `use ${what}, 1 to ${max} printable characters`;
  return z
    .string(allowed)
    .check(z.refine((text) => text.length > 0 && text.length <= max && !unprintable.test(text), allowed));
}

/** UTF-16 units. */
const maxAlarmName = 255;

/**
 * The name of an alert rule, as its patterns, its rule and its record use it. A person chooses it at the sender, in any length
 * and with any characters, and an alert must not become a dead letter for that. undefined without a name.
 */
export function alarmName(given: unknown): string | undefined {
  if (typeof given !== 'string' || given === '') return undefined;
  if (given.length <= maxAlarmName && !unprintable.test(given)) return given;
  return given
    .slice(0, maxAlarmName)
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ');
}

/** Optional details: a value of another type counts as absent. */
export const ifText = z.catch(z.optional(z.string()), undefined);
export const ifNumber = z.catch(z.optional(z.number()), undefined);
