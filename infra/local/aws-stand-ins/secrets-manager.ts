// Secrets Manager, as far as a function asks it: GetSecretValue of the JSON 1.1 protocol, over node:http.
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

const request = z.object({ SecretId: z.string().min(1) });

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
  secrets: ReadonlyMap<string, Secret>,
): Promise<void> {
  const body = await text(incoming);
  const operation = incoming.headers['x-amz-target'];
  if (operation !== 'secretsmanager.GetSecretValue')
    return refuse(response, 'UnknownOperationException', `the stand-in does not know ${String(operation)}`);
  const asked = request.safeParse(parseJson(body));
  if (!asked.success) return refuse(response, 'ValidationException', 'SecretId must be a name or an ARN.');
  const { SecretId } = asked.data;
  const found = [...secrets].find(([name]) => name === SecretId || arnOf(name) === SecretId);
  if (!found) return refuse(response, 'ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  const [name, { value, versionId, createdAt }] = found;
  send(response, 200, {
    ARN: arnOf(name),
    Name: name,
    VersionId: versionId,
    VersionStages: ['AWSCURRENT'],
    CreatedDate: createdAt / 1000,
    SecretString: value,
  });
}

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
