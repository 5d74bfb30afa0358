import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod/mini';
import { parseJson } from '../../domain/record.ts';
import { timings } from '../../domain/timings.ts';
import { createKept, type Kept } from '../kept.ts';

/**
 * JSON from Secrets Manager; read at most once in five minutes, again after `forget`, and after a failure. Its errors name the secret
 * and its required shape, never its value.
 */
type SecretReader = <T>(id: string, schema: z.ZodMiniType<T>, shape: string) => Kept<T>;

/** @param failureTtlMs how long a failure is kept */
export function createSecretReader(client: SecretsManagerClient, now: () => number, failureTtlMs = 0): SecretReader {
  return (id, schema, shape) =>
    createKept({
      async read() {
        const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
        const json = parseJson(SecretString ?? '');
        if (json === undefined) throw new Error(`secret ${id} does not hold JSON`);
        const parsed = schema.safeParse(json);
        if (parsed.success) return parsed.data;
        throw new Error(`secret ${id} must hold JSON of the form ${shape}`);
      },
      until: (_, readAt) => readAt + timings.secretsTtlMs,
      pendingMs: timings.pendingSecretMs,
      failureTtlMs,
      now,
    });
}
