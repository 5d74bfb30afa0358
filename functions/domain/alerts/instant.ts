import * as z from 'zod/mini';
import { readInstant } from '../instant.ts';

const allowed = 'use an ISO 8601 instant with its offset, such as 2026-11-11T16:00:00Z';

/** Parses to epoch milliseconds. */
export const instant = z.pipe(
  z.string(allowed),
  z.transform((text, { issues }) => {
    const at = readInstant(text);
    if (at !== undefined) return at;
    issues.push({ code: 'custom', message: allowed, input: text });
    return z.NEVER;
  }),
);
