// Stands in for Secrets Manager: GetSecretValue and PutSecretValue of the JSON 1.1 protocol.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { parseJson } from '../../../functions/domain/record.ts';
import { account } from './account.ts';
import { closeServer, listenOnLoopback } from './loopback.ts';

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

const getRequest = z.object({ SecretId: z.string().min(1) });
const putRequest = getRequest.extend({ SecretString: z.string().min(1) });

/** A real ARN ends in six random characters. */
const arnOf = (name: string) => `arn:aws:secretsmanager:${account.region}:${account.id}:secret:${name}-local1`;

export async function startSecretsManager(): Promise<SecretsManager> {
  const secrets = new Map<string, Secret>();
  const server = createServer((incoming, response) => {
    answer(incoming, response, secrets).catch(() => response.destroy());
  });
  const endpoint = await listenOnLoopback(server);
  return {
    endpoint,
    put(name, value) {
      secrets.set(name, { value: JSON.stringify(value), versionId: randomUUID(), createdAt: Date.now() });
    },
    close: () => closeServer(server),
  };
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  secrets: Map<string, Secret>,
): Promise<void> {
  const body = parseJson(await text(incoming));
  const operation = incoming.headers['x-amz-target'];
  switch (operation) {
    case 'secretsmanager.GetSecretValue': {
      const asked = getRequest.safeParse(body);
      return asked.success ? getValue(response, secrets, asked.data) : refuse(response, ...invalid);
    }
    case 'secretsmanager.PutSecretValue': {
      const asked = putRequest.safeParse(body);
      return asked.success ? putValue(response, secrets, asked.data) : refuse(response, ...invalid);
    }
    default:
      return refuse(response, 'UnknownOperationException', `the stand-in does not know ${String(operation)}`);
  }
}

const invalid = ['ValidationException', 'SecretId must be a name or an ARN, and SecretString a text.'] as const;
const notFound = ['ResourceNotFoundException', "Secrets Manager can't find the specified secret."] as const;

function getValue(
  response: ServerResponse,
  secrets: ReadonlyMap<string, Secret>,
  { SecretId }: z.infer<typeof getRequest>,
): void {
  const [name, secret] = find(secrets, SecretId);
  if (!secret) refuse(response, ...notFound);
  else
    send(response, 200, {
      ...described(name, secret),
      CreatedDate: secret.createdAt / 1000,
      SecretString: secret.value,
    });
}

/** As in the service, the secret must exist. */
function putValue(
  response: ServerResponse,
  secrets: Map<string, Secret>,
  { SecretId, SecretString }: z.infer<typeof putRequest>,
): void {
  const [name, secret] = find(secrets, SecretId);
  const next = { value: SecretString, versionId: randomUUID(), createdAt: Date.now() };
  if (secret) secrets.set(name, next);
  if (secret) send(response, 200, described(name, next));
  else refuse(response, ...notFound);
}

function find(secrets: ReadonlyMap<string, Secret>, id: string): readonly [string, Secret | undefined] {
  return [...secrets].find(([name]) => name === id || arnOf(name) === id) ?? [id, undefined];
}

const described = (name: string, { versionId }: Secret) => ({
  ARN: arnOf(name),
  Name: name,
  VersionId: versionId,
  VersionStages: ['AWSCURRENT'],
});

const refuse = (response: ServerResponse, type: string, message: string): void =>
  send(response, 400, { __type: type, Message: message });

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() })
    .end(JSON.stringify(body));
}
