// Stands in for Secrets Manager: GetSecretValue and PutSecretValue.
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { account } from './account.ts';
import { type JsonAnswer, startJsonService } from './json-service.ts';

export interface SecretsManager {
  readonly endpoint: string;
  /** Replaces an earlier value. */
  put(name: string, value: Readonly<Record<string, unknown>>): void;
  close(): Promise<void>;
}

interface Secret {
  readonly value: string;
  readonly versionId: string;
  readonly createdAt: number;
}

const requestSchema = z.object({ SecretId: z.string().min(1), SecretString: z.string().min(1).optional() });

/** A real ARN ends in six random characters. */
const arnOf = (name: string) => `arn:aws:secretsmanager:${account.region}:${account.id}:secret:${name}-local1`;

export async function startSecretsManager(): Promise<SecretsManager> {
  const secrets = new Map<string, Secret>();
  return {
    ...(await startJsonService('1.1', (operation, request) => answerTo(operation, request, secrets))),
    put(name, value) {
      secrets.set(name, secretOf(JSON.stringify(value)));
    },
  };
}

const refusal = (type: string, Message: string): JsonAnswer => [400, { __type: type, Message }];

function answerTo(operation: string, request: unknown, secrets: Map<string, Secret>): JsonAnswer {
  const reads = operation === 'secretsmanager.GetSecretValue';
  if (!reads && operation !== 'secretsmanager.PutSecretValue')
    return refusal('UnknownOperationException', `the stand-in does not know ${operation}`);
  const { SecretId, SecretString } = requestSchema.safeParse(request).data ?? {};
  if (SecretId === undefined || (!reads && SecretString === undefined))
    return refusal('ValidationException', 'SecretId must be a name or an ARN, and SecretString a text.');
  const [name, secret] = find(secrets, SecretId);
  // As in the service, a secret must exist before it gets a value.
  if (!secret) return refusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  const { value, createdAt } = secret;
  if (reads || SecretString === undefined)
    return [200, { ...described(name, secret), CreatedDate: createdAt / 1000, SecretString: value }];
  const next = secretOf(SecretString);
  secrets.set(name, next);
  return [200, described(name, next)];
}

const secretOf = (value: string): Secret => ({ value, versionId: randomUUID(), createdAt: Date.now() });

function find(secrets: ReadonlyMap<string, Secret>, id: string): readonly [string, Secret | undefined] {
  return [...secrets].find(([name]) => name === id || arnOf(name) === id) ?? [id, undefined];
}

const described = (name: string, { versionId }: Secret) => ({
  ARN: arnOf(name),
  Name: name,
  VersionId: versionId,
  VersionStages: ['AWSCURRENT'],
});
