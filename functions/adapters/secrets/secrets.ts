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
  ids: { readonly credentials: string; readonly login: string | undefined },
  now: () => number,
): Secrets {
  const { read, forget } = createSecretReader(client, now);
  return {
    credentials: () => read(ids.credentials, credentialsSchema, '{"accessKeyId", "accessKeySecret", "securityToken"?}'),
    async loginPassword() {
      // Without the login secret a function cannot buy.
      if (!ids.login) throw new Error('this function has no login password, so it cannot buy');
      return (await read(ids.login, loginSchema, '{"password"}')).password;
    },
    forget,
  };
}
