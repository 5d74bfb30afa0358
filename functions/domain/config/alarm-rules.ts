// The rule of an alarm: by name, or by a pattern with `*` for any characters.
import type { AlarmRule } from './types.ts';

/** An exact name before a pattern, a longer pattern before a shorter one. */
export function ruleFor(rules: readonly AlarmRule[], alarm: string): AlarmRule | undefined {
  let best: AlarmRule | undefined;
  for (const rule of rules) {
    if (rule.name === alarm) return rule;
    if (matches(rule.name, alarm) && (!best || rule.name.length > best.name.length)) best = rule;
  }
  return best;
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
