// What ACK knows of a cluster, with the key of the reader: so that a mistyped id is found before anything is deployed.
import { randomBytes } from 'node:crypto';
import { createAckClient } from '../../adapters/ack/client.ts';
import { createHttpTransport } from '../../adapters/ack/http-transport.ts';
import type { AckCredentials } from '../../adapters/ack/signature.ts';
import { UsageError } from '../terminal/errors.ts';

interface FoundCluster {
  readonly state: string;
  readonly nodes: number;
}

/** @param endpoint instead of https://cs.{region}.aliyuncs.com @throws UsageError for a cluster that is no ACK@Edge cluster */
export async function readCluster(
  { id, region }: { readonly id: string; readonly region: string },
  credentials: AckCredentials,
  now: () => number,
  endpoint?: string,
): Promise<FoundCluster> {
  const ack = createAckClient({
    transport: createHttpTransport(),
    credentials: async () => credentials,
    loginPassword: () => Promise.reject(new Error('a reader buys nothing')),
    now,
    newNonce: () => randomBytes(16).toString('hex'),
    ...(endpoint !== undefined && { endpoint }),
  });
  const [{ state, profile }, nodes] = await Promise.all([ack.describeCluster(id, region), ack.listNodes(id, region)]);
  if (profile !== undefined && profile !== 'Edge')
    throw new UsageError(`--id: ${id} is a cluster of profile ${profile}; name an ACK@Edge cluster`);
  return { state, nodes: nodes.length };
}
