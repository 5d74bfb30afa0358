// Secrets Manager, as far as the functions and the commands ask it: GetSecretValue and PutSecretValue of the JSON 1.1
// protocol, over node:http.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { account } from './account.ts';
import { closeServer, listenOnLoopback } from './loopback.ts';

export interface SecretsManager {
  readonly endpoint: string;
  /** Stores a value under a name, in place of an earlier one: a rotation. */
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

/** A real secret's ARN ends in six random characters; these are the same for every secret of the engine. */
const arnOf = (name: string) => `arn:aws:secretsmanager:${account.region}:${account.id}:secret:${name}-local1`;

export async function startSecretsManager(): Promise<SecretsManager> {
  const secrets = new Map<string, Secret>();
  const server = createServer((incoming, response) => {
    answer(incoming, response, secrets).catch((error: unknown) => response.destroy(asError(error)));
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

/** A secret that does not exist is not made: as the service, it only takes new values of what is there. */
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

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
