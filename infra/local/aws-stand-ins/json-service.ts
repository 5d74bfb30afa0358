// A stand-in for a service of one of AWS's JSON protocols.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseJson } from '../../../functions/domain/record.ts';
import { closeServer, listenOnLoopback } from './loopback.ts';

export type JsonAnswer = readonly [status: number, body: object];

/** @param answerTo gets the x-amz-target, such as `secretsmanager.GetSecretValue`; the request is undefined for no JSON */
export async function startJsonService(
  protocol: '1.0' | '1.1',
  answerTo: (target: string, request: unknown) => JsonAnswer,
): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  const server = createServer((incoming, response) => {
    text(incoming).then(
      (sent) => {
        const [status, body] = answerTo(String(incoming.headers['x-amz-target']), parseJson(sent));
        response
          .writeHead(status, { 'content-type': `application/x-amz-json-${protocol}`, 'x-amzn-requestid': randomUUID() })
          .end(JSON.stringify(body));
      },
      () => response.destroy(),
    );
  });
  return { endpoint: await listenOnLoopback(server), close: () => closeServer(server) };
}
