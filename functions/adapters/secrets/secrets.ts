import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import type { AckCredentials } from '../ack/signature.ts';
import { createSecretReader } from './secret-reader.ts';

interface Secrets {
  credentials(): Promise<AckCredentials>;
  loginPassword(): Promise<string>;
  /** Reads all again at the next use. */
  forget(): void;
}

/** A RAM access key; with a token, a temporary key of STS. */
export const credentialsSchema = z.object({
  accessKeyId: z.string().check(z.minLength(1)),
  accessKeySecret: z.string().check(z.minLength(1)),
  securityToken: z.exactOptional(z.string().check(z.minLength(1))),
});
export const loginSchema = z.object({ password: z.string().check(z.minLength(1)) });

export function createSecrets(
  client: SecretsManagerClient,
  ids: { readonly credentials: string | undefined; readonly login: string | undefined },
  now: () => number,
): Secrets {
  const secret = createSecretReader(client, now);
  const credentials =
    ids.credentials &&
    secret(ids.credentials, credentialsSchema, '{"accessKeyId", "accessKeySecret", "securityToken"?}');
  const login = ids.login && secret(ids.login, loginSchema, '{"password"}');
  return {
    async credentials() {
      if (!credentials) throw new Error('this function has no secret with an access key');
      return credentials.get();
    },
    async loginPassword() {
      // Without the login secret a function cannot buy.
      if (!login) throw new Error('this function has no login password, so it cannot buy');
      return (await login.get()).password;
    },
    forget() {
      for (const one of [credentials, login]) if (one) one.forget();
    },
  };
}
