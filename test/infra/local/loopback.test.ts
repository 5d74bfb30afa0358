import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from '@jest/globals';
import { startAckSimulator } from '../../../infra/local/ack-simulator/server.ts';
import { startLedgerTable } from '../../../infra/local/aws-stand-ins/ledger-table.ts';
import { closeServer, listenOnLoopback } from '../../../infra/local/aws-stand-ins/loopback.ts';
import { startMessaging } from '../../../infra/local/aws-stand-ins/messaging.ts';
import { startSecretsManager } from '../../../infra/local/aws-stand-ins/secrets-manager.ts';
import { startTableStream } from '../../../infra/local/aws-stand-ins/table-stream.ts';
import { createCleanup } from '../../../infra/local/cleanup.ts';
import { startFunctionUrl } from '../../../infra/local/function-url.ts';

const cleanup = createCleanup();
afterAll(() => cleanup.run());

const [simulator, table, messaging, secretsManager, functionUrl] = await Promise.all([
  startAckSimulator({ clusters: [], accessKeys: [] }),
  startLedgerTable(),
  startMessaging(),
  startSecretsManager(),
  startFunctionUrl(async () => ({ statusCode: 200 })),
]);
const stream = await startTableStream({ ...table, keyName: 'pk' }, Date.now);
for (const part of [table, stream, messaging, secretsManager, functionUrl, simulator]) cleanup.add(() => part.close());

const servers = {
  ACK: simulator.url,
  DynamoDB: table.endpoint,
  'the stream of DynamoDB': stream.endpoint,
  'SQS and SNS': messaging.endpoint,
  'Secrets Manager': secretsManager.endpoint,
  'the webhook': functionUrl.url,
};

/** On a bare socket: fetch chooses Host and Origin itself. @returns the status */
async function statusOf(url: string, headers: readonly string[], path = '/any'): Promise<number> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end(`GET ${path} HTTP/1.1\r\n${[...headers, 'connection: close'].join('\r\n')}\r\n\r\n`);
  return Number((await text(socket)).split(' ')[1]);
}

test.each(Object.entries(servers))('%s answers this machine, and no page that a browser shows', async (_, url) => {
  const port = Number(new URL(url).port);
  for (const headers of [
    [`host: 127.0.0.1:${port}`],
    ['host: localhost'],
    [`host: LOCALHOST:${port}`, `origin: http://127.0.0.1:${port}`],
  ])
    expect([headers, await statusOf(url, headers)]).not.toEqual([headers, 403]);
  for (const headers of [
    [`host: rebound.example:${port}`],
    [`host: 127.0.0.1.example:${port}`],
    ['host: localhost@rebound.example'],
    ['host: localhost', 'origin: https://rebound.example'],
    ['host: localhost', 'origin: null'],
    [`host: 127.0.0.1:${port}`, 'origin: http://127.0.0.1:3000'],
    [`host: 127.0.0.1:${port}`, `origin: https://127.0.0.1:${port}`],
    ['host: localhost', 'origin: http://localhost.rebound.example'],
  ])
    expect([headers, await statusOf(url, headers)]).toEqual([headers, 403]);
});

test.each(Object.entries(servers))('%s asks no other server, whatever the request names', async (_, url) => {
  let asked = 0;
  const other = createServer((_request, response) => {
    asked++;
    response.end();
  });
  const { host } = new URL(await listenOnLoopback(other));
  for (const path of [`//${host}/page`, `/\\${host}/page`, `http://${host}/page`])
    await statusOf(url, ['host: localhost'], path);
  await closeServer(other);
  expect(asked).toBe(0);
});
