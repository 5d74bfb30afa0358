import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { timings } from '../domain/timings.ts';
import type { AckCredentials } from './ack-signature.ts';

/** What Secrets Manager holds for us; each is read at most once in five minutes, and again after `forget`. */
export interface Secrets {
  /** @throws Error that names the secret and what it must hold, never what it holds. */
  credentials(): Promise<AckCredentials>;
  loginPassword(): Promise<string>;
  /** Reads all again at the next use: the API has refused what we have. */
  forget(): void;
}

const credentialsSchema = z.object({
  accessKeyId: z.string().check(z.minLength(1)),
  accessKeySecret: z.string().check(z.minLength(1)),
  securityToken: z.exactOptional(z.string().check(z.minLength(1))),
});
const loginSchema = z.object({ password: z.string().check(z.minLength(1)) });

export function createSecrets(
  client: SecretsManagerClient,
  ids: { readonly credentials: string; readonly login: string | undefined },
  now: () => number,
): Secrets {
  const cache = new Map<string, { readonly value: Promise<unknown>; readonly readAt: number }>();

  function read<T>(id: string, schema: z.ZodMiniType<T>, shape: string): Promise<T> {
    const known = cache.get(id);
    const value = known && now() - known.readAt < timings.secretsTtlMs ? known.value : fetchSecret(id);
    if (value !== known?.value) {
      cache.set(id, { value, readAt: now() });
      // A failed read is not kept: the next use tries again.
      value.catch(() => cache.delete(id));
    }
    return value.then((json) => {
      const parsed = schema.safeParse(json);
      if (!parsed.success) throw new Error(`secret ${id} must hold JSON of the form ${shape}`);
      return parsed.data;
    });
  }

  async function fetchSecret(id: string): Promise<unknown> {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    try {
      return JSON.parse(SecretString ?? '');
    } catch {
      // The parser's own message would quote the secret.
      throw new Error(`secret ${id} does not hold JSON`);
    }
  }

  return {
    credentials: () => read(ids.credentials, credentialsSchema, '{"accessKeyId", "accessKeySecret", "securityToken"?}'),
    async loginPassword() {
      // A function without the login secret cannot build a purchase at all: that is how the reconciler is kept from buying.
      if (!ids.login) throw new Error('this function has no right to the login password, and so none to buy');
      return (await read(ids.login, loginSchema, '{"password"}')).password;
    },
    forget: () => cache.clear(),
  };
}
