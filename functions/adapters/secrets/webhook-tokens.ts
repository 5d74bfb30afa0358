import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { createSecretReader } from './secret-reader.ts';

/** The valid tokens of senders. Two at a time allow a rotation. @throws Error that never quotes the secret */
export type WebhookTokens = () => Promise<readonly string[]>;

/** No character needs encoding in a header or a path. Sixteen characters cannot be guessed over a network. */
const token = z.string().check(z.regex(/^[A-Za-z0-9._~-]{16,256}$/));
export const tokensSchema = z.object({ tokens: z.array(token).check(z.minLength(1), z.maxLength(2)) });
const shape = '{"tokens": [one or two, each of 16 to 256 letters, digits and . _ ~ -]}';

export function createWebhookTokens(client: SecretsManagerClient, id: string, now: () => number): WebhookTokens {
  const { read } = createSecretReader(client, now);
  return async () => (await read(id, tokensSchema, shape)).tokens;
}
