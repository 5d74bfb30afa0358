// Divides a group of alerts among messages: an outage is one group of thousands of alerts, more than one SQS message carries.
import { sendableBody } from '../message-text.ts';
import { type JsonObject, own } from '../record.ts';
import { alertsOf, headOf } from './group.ts';

/** A single alert is larger than a message. */
interface TooLarge {
  readonly tooLargeAlert: number;
}

/**
 * Groups of the same sender, each of at most `maxBytes` of UTF-8, with every alert in one of them. Each keeps of the group what its
 * dialect reads; the first one tells how many alerts the sender left out. undefined for what is no group.
 */
export function splitGroup(group: JsonObject, maxBytes: number): readonly [string, ...string[]] | TooLarge | undefined {
  const alerts = alertsOf(group);
  if (!alerts) return undefined;
  const head = headOf(group);
  const truncatedAlerts = own(group, 'truncatedAlerts');
  const first = textOf({ ...head, ...(truncatedAlerts !== undefined && { truncatedAlerts }), alerts: [] });
  const next = textOf({ ...head, alerts: [] });
  const room = maxBytes - Math.max(Buffer.byteLength(first), Buffer.byteLength(next));
  const parts: string[][] = [[]];
  let used = 0;
  for (const [i, alert] of alerts.entries()) {
    const text = textOf(alert);
    // With the comma before it.
    const bytes = Buffer.byteLength(text) + 1;
    if (bytes > room) return { tooLargeAlert: i };
    if (used + bytes > room) {
      parts.push([]);
      used = 0;
    }
    parts.at(-1)?.push(text);
    used += bytes;
  }
  const [ofFirst = '', ...others] = parts.map((texts) => `${texts.join(',')}]}`);
  return [`${first.slice(0, -2)}${ofFirst}`, ...others.map((texts) => `${next.slice(0, -2)}${texts}`)];
}

const textOf = (value: unknown): string => sendableBody(JSON.stringify(value));
