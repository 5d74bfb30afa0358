// The shape of an Alertmanager group, for its reading (alertmanager.ts) and for the webhook, which only divides it.
import { type JsonObject, own } from '../record.ts';

/** The alerts of a group; Go prints an empty list as null. undefined for what is no group. */
export function alertsOf(value: JsonObject): readonly unknown[] | undefined {
  const alerts = own(value, 'alerts');
  if (Array.isArray(alerts)) return alerts;
  return alerts === undefined && Object.hasOwn(value, 'alerts') ? [] : undefined;
}

/** What a group tells of all its alerts: its sender's version and organisation. */
export function headOf(group: JsonObject): JsonObject {
  const fields = ['version', 'orgId'].map((name) => [name, own(group, name)] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}
