// Whether the item of a cluster has room for one more purchase. A SETTLE that DynamoDB refuses as too large could never be written: its
// purchase would stand in the slot for ever.
import type { Cluster } from '../job/purchase.ts';

/** DynamoDB's limit for an item, in bytes of names and values. */
const maxItemBytes = 400 * 1024;
/**
 * For all that is written after a decision was made: the slot with its evidence, then the verdict and its nodes on their way, a pause,
 * tasks of others, leases that are over. The longest keys, texts and ids come to most of it.
 */
const roomBytes = 64 * 1024;
const maxVerdicts = 50;
/** Verdicts are forgotten sooner from here on, so that the item does not become full. */
const crowdedAt = 0.8;

type Contents = Pick<Cluster, 'done' | 'pending'>;

/** Why no purchase is decided; undefined while there is room. */
export function ledgerFull(cluster: Contents): string | undefined {
  if (Object.keys(cluster.done).length > maxVerdicts)
    return `more than ${maxVerdicts} verdicts wait for the reconciler`;
  const bytes = bytesOf(cluster);
  if (bytes <= maxItemBytes - roomBytes) return undefined;
  return `the verdicts and the nodes on their way take ${Math.ceil(bytes / 1024)} KB of the ${maxItemBytes / 1024} KB of the cluster's item; they wait for the reconciler`;
}

export function isCrowded(cluster: Contents): boolean {
  if (Object.keys(cluster.done).length > crowdedAt * maxVerdicts) return true;
  return bytesOf(cluster) > crowdedAt * (maxItemBytes - roomBytes);
}

const bytesOf = ({ done, pending }: Contents): number => atMostBytes(done) + atMostBytes(pending);

/** As DynamoDB counts: UTF-8 of names and texts, 21 bytes at most for a number, and a few for a list or a map and each member. */
function atMostBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 21;
  let bytes = 3;
  for (const [name, member] of Object.entries(value)) bytes += 1 + Buffer.byteLength(name) + atMostBytes(member);
  return bytes;
}
