// Shared by manual and scheduled messages. They are read strictly: a misspelt field must not change what is bought.
import * as z from 'zod/mini';
import { wholeNumber } from '../config/fields.ts';
import type { Intent } from '../job/scale-job.ts';
import { isObject, type JsonObject, own } from '../record.ts';
import { type AlertContext, invalid, type Poison, unsupported } from './dialect.ts';
import { isConfigured, unknownCluster } from './routing.ts';

const nodes = wholeNumber(1, 1000, 'nodes');

export const capacityFields = {
  version: z.literal(1, 'use 1'),
  cluster: z.string('use the name of a cluster'),
  add: z.exactOptional(nodes),
  reach: z.exactOptional(nodes),
};

/** `when` runs it although other fields are wrong, so that one pass reports everything. */
export const addOrReach = z.refine<unknown>(
  (value) => !isObject(value) || (own(value, 'add') === undefined) !== (own(value, 'reach') === undefined),
  { error: 'give add or reach, one of them', path: ['add'], when: ({ value }) => isObject(value) },
);

/** Fields of a later version may have another meaning, so none is read. */
export function unknownVersion(value: JsonObject): Poison | undefined {
  const version = own(value, 'version');
  if (version === undefined || version === 1) return undefined;
  return unsupported(version, '1');
}

/** A message from the webhook of one cluster must not buy for another. */
export function wrongCluster(named: string, { config, cluster }: AlertContext): Poison | undefined {
  if (!isConfigured(config, named)) return unknownCluster(config, named);
  if (cluster === undefined || cluster === named) return undefined;
  return invalid('the message', [`cluster: ${named} is not the cluster of this webhook; use ${cluster}`]);
}

/** addOrReach has checked that one of the two is given. */
export function intentOf(asked: { readonly add?: number; readonly reach?: number }): Intent {
  return asked.add === undefined ? { kind: 'reach', nodes: asked.reach ?? 0 } : { kind: 'add', nodes: asked.add };
}
