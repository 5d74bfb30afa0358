// The rule of an alarm: by name, or by a pattern with `*` for any characters.
import type { AlarmRule } from './types.ts';

/** The rule for an alarm among those of a cluster. */
export const ruleFor = (rules: readonly AlarmRule[], alarm: string): AlarmRule | undefined =>
  mostSpecific(rules, alarm, ({ name }) => name);

/** Of what has a pattern that covers the alarm: an exact name before a pattern, a longer pattern before a shorter one, then the first. */
export function mostSpecific<T>(all: readonly T[], alarm: string, patternOf: (one: T) => string): T | undefined {
  const weight = (one: T): number => (patternOf(one) === alarm ? Number.POSITIVE_INFINITY : patternOf(one).length);
  return all.filter((one) => matches(patternOf(one), alarm)).toSorted((a, b) => weight(b) - weight(a) || 0)[0];
}

/** Linear in the name for each star: no backtracking. */
export function matches(pattern: string, name: string): boolean {
  const [head = '', ...parts] = pattern.split('*');
  const tail = parts.pop();
  if (tail === undefined) return pattern === name;
  if (!name.startsWith(head)) return false;
  let at = head.length;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - tail.length >= at && name.endsWith(tail);
}

/** Whether `pattern` matches every name that `inner` matches. A line break is in no name, so only a star can match it. */
export const isWithin = (inner: string, pattern: string): boolean => matches(pattern, inner.replaceAll('*', '\n'));

/** A name that both patterns match. Where both have stars, only their ends can exclude each other. */
export function canBothMatch(one: string, other: string): string | undefined {
  if (!one.includes('*')) return matches(other, one) ? one : undefined;
  if (!other.includes('*')) return matches(one, other) ? other : undefined;
  const all = [one, other].map((pattern) => pattern.split('*'));
  const [head = '', shorterHead = ''] = byLength(all.map((parts) => parts[0] ?? ''));
  const [tail = '', shorterTail = ''] = byLength(all.map((parts) => parts.at(-1) ?? ''));
  if (!head.startsWith(shorterHead) || !tail.endsWith(shorterTail)) return undefined;
  return [head, ...all.flatMap((parts) => parts.slice(1, -1)), tail].join('');
}

const byLength = (texts: readonly string[]): readonly string[] => texts.toSorted((a, b) => b.length - a.length);
