import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod/mini';
import { parseJson } from '../../domain/record.ts';
import { timings } from '../../domain/timings.ts';

/** Reads JSON from Secrets Manager; each secret at most once in five minutes, again after `forget`, and after a failure. */
interface SecretReader {
  /** @throws Error that names the secret and its required shape, never its value */
  read<T>(id: string, schema: z.ZodMiniType<T>, shape: string): Promise<T>;
  forget(): void;
}

/** @param failureTtlMs how long a failure is kept */
export function createSecretReader(client: SecretsManagerClient, now: () => number, failureTtlMs = 0): SecretReader {
  const cache = new Map<string, { readonly value: Promise<unknown>; until: number }>();

  async function fetchSecret(id: string): Promise<unknown> {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    const json = parseJson(SecretString ?? '');
    if (json === undefined) throw new Error(`secret ${id} does not hold JSON`);
    return json;
  }

  return {
    read(id, schema, shape) {
      const known = cache.get(id);
      const entry =
        known && now() < known.until ? known : { value: fetchSecret(id), until: now() + timings.secretsTtlMs };
      if (entry !== known) {
        cache.set(id, entry);
        entry.value.catch(() => {
          entry.until = now() + failureTtlMs;
        });
      }
      return entry.value.then((json) => {
        const parsed = schema.safeParse(json);
        if (parsed.success) return parsed.data;
        entry.until = Math.min(entry.until, now() + failureTtlMs);
        throw new Error(`secret ${id} must hold JSON of the form ${shape}`);
      });
    },
    forget: () => cache.clear(),
  };
}
