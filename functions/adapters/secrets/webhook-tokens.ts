import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { createSecretReader } from './secret-reader.ts';

/**
 * The tokens that senders of alerts may show. Two at a time, so that a sender can change to the new one while the old one
 * still holds. @throws Error that names the secret and what it must hold, never what it holds.
 */
export type WebhookTokens = () => Promise<readonly string[]>;

/**
 * A token travels in headers and in a path, so it has no character that either would spell in another way. Sixteen of them
 * cannot be guessed over a network.
 */
const token = z.string().check(z.regex(/^[A-Za-z0-9._~-]{16,256}$/));
export const tokensSchema = z.object({ tokens: z.array(token).check(z.minLength(1), z.maxLength(2)) });
const shape = '{"tokens": [one or two, each of 16 to 256 letters, digits and . _ ~ -]}';

export function createWebhookTokens(client: SecretsManagerClient, id: string, now: () => number): WebhookTokens {
  const { read } = createSecretReader(client, now);
  return async () => (await read(id, tokensSchema, shape)).tokens;
}
