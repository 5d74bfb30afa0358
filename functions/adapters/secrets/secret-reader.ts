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

interface Entry {
  readonly value: Promise<unknown>;
  /** When the read began, epoch milliseconds: what it answers is from then or later. */
  readonly readAt: number;
  until: number;
  isPending: boolean;
}

/** @param failureTtlMs how long a failure is kept */
export function createSecretReader(client: SecretsManagerClient, now: () => number, failureTtlMs = 0): SecretReader {
  const cache = new Map<string, Entry>();

  function isUsable({ readAt, until, isPending }: Entry): boolean {
    const at = now();
    // A process may be frozen at any time, while it reads as well. A clock that was set back tells nothing of the age.
    return at >= readAt && at < (isPending ? Math.min(until, readAt + timings.pendingSecretMs) : until);
  }

  async function fetchSecret(id: string): Promise<unknown> {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    const json = parseJson(SecretString ?? '');
    if (json === undefined) throw new Error(`secret ${id} does not hold JSON`);
    return json;
  }

  function startReading(id: string): Entry {
    const readAt = now();
    const entry: Entry = { value: fetchSecret(id), readAt, until: readAt + timings.secretsTtlMs, isPending: true };
    cache.set(id, entry);
    entry.value
      .catch(() => {
        entry.until = now() + failureTtlMs;
      })
      .finally(() => {
        entry.isPending = false;
      });
    return entry;
  }

  return {
    read(id, schema, shape) {
      const known = cache.get(id);
      const entry = known && isUsable(known) ? known : startReading(id);
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
