// The engine's secrets, new for each run.
import { randomBytes } from 'node:crypto';
import type { AckCredentials } from '../../functions/adapters/ack/signature.ts';

export interface EngineSecrets {
  /** The access key that may buy. */
  readonly ack: AckCredentials;
  /** The access key that reads. */
  readonly ackRead: AckCredentials;
  /** The password that new nodes get. */
  readonly loginPassword: string;
  /** What senders show to the webhook; one or two. */
  readonly webhookTokens: readonly string[];
}

export function makeUpSecrets(): EngineSecrets {
  return { ack: accessKey(), ackRead: accessKey(), loginPassword: password(), webhookTokens: [token()] };
}

/** In the lengths of Alibaba Cloud's own. */
const accessKey = (): AckCredentials => ({
  accessKeyId: `LTAI5t${randomBytes(9).toString('hex')}`,
  accessKeySecret: randomBytes(15).toString('hex'),
});

/** As functions/README.md has a person make one. */
const token = (): string => randomBytes(32).toString('hex');

/** ECS asks for 8 to 30 characters of three kinds: the first four see to all four kinds. */
const password = (): string => `aA1-${randomBytes(12).toString('base64url')}`;
