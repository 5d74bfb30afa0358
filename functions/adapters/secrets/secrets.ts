import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import type { AckCredentials } from '../ack/signature.ts';
import { createSecretReader } from './secret-reader.ts';

/** What Secrets Manager holds for us; each is read at most once in five minutes, and again after `forget`. */
export interface Secrets {
  /** @throws Error that names the secret and what it must hold, never what it holds. */
  credentials(): Promise<AckCredentials>;
  loginPassword(): Promise<string>;
  /** Reads all again at the next use: the API has refused what we have. */
  forget(): void;
}

/** A RAM access key; with a token, one of STS. */
export const credentialsSchema = z.object({
  accessKeyId: z.string().check(z.minLength(1)),
  accessKeySecret: z.string().check(z.minLength(1)),
  securityToken: z.exactOptional(z.string().check(z.minLength(1))),
});
export const loginSchema = z.object({ password: z.string().check(z.minLength(1)) });

export function createSecrets(
  client: SecretsManagerClient,
  ids: { readonly credentials: string; readonly login: string | undefined },
  now: () => number,
): Secrets {
  const { read, forget } = createSecretReader(client, now);
  return {
    credentials: () => read(ids.credentials, credentialsSchema, '{"accessKeyId", "accessKeySecret", "securityToken"?}'),
    async loginPassword() {
      // A function without the login secret cannot build a purchase at all: that is how the reconciler is kept from buying.
      if (!ids.login) throw new Error('this function has no right to the login password, and so none to buy');
      return (await read(ids.login, loginSchema, '{"password"}')).password;
    },
    forget,
  };
}
