// Servers on 127.0.0.1 that a test scripts down to the byte, and that count what reaches them.
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpServer {
  readonly port: number;
  readonly url: string;
  /** Every request that arrived completely, in order. */
  readonly requests: readonly ReceivedRequest[];
  /** TCP connections that were accepted. */
  readonly connections: () => number;
}

export interface RawServer {
  readonly port: number;
  /** What each connection has sent so far. */
  readonly received: readonly { readonly text: string }[];
  /** Resolves when the first connection has ended, so that `received` says all it ever will. */
  readonly firstEnded: Promise<void>;
}

const open: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];

/** For afterEach: ends every server of the test and the connections that are still up. */
export async function closeServers(): Promise<void> {
  for (const { server, sockets } of open.splice(0)) {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // Resets are what these tests are about.
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ server, sockets });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/** An HTTP server that answers each complete request with `respond`. */
export async function serveHttp(
  respond: (response: ServerResponse, request: ReceivedRequest) => void,
): Promise<HttpServer> {
  const requests: ReceivedRequest[] = [];
  let connections = 0;
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', rawHeaders } = request;
      const pairs = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? '']] : []));
      const received = { method, url, headers: Object.fromEntries(pairs), body: Buffer.concat(chunks).toString() };
      requests.push(received);
      respond(response, received);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  const port = await listen(server);
  return { port, url: `http://127.0.0.1:${port}`, requests, connections: () => connections };
}

/** A server below HTTP: `react` is called for each connection with what it has sent, each time more of it has come. */
export async function serveBytes(
  react: (socket: Socket, text: string) => void,
  tls?: Omit<TlsOptions, 'key' | 'cert'>,
): Promise<RawServer> {
  const received: { text: string }[] = [];
  const ended = Promise.withResolvers<void>();
  const converse = (socket: Socket) => {
    const conversation = { text: '' };
    received.push(conversation);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      conversation.text += chunk.toString('latin1');
      react(socket, conversation.text);
    });
  };
  const server = tls ? createTlsServer({ ...(await testCertificate()), ...tls }, converse) : createTcpServer(converse);
  server.on('tlsClientError', () => undefined);
  server.on('connection', (socket: Socket) => socket.on('close', () => ended.resolve()));
  return { port: await listen(server), received, firstEnded: ended.promise };
}

/** A port that nobody listens on: one that was just given back. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/** A self-signed certificate for 127.0.0.1 and localhost that nobody trusts. */
export async function testCertificate(): Promise<{ readonly key: string; readonly cert: string }> {
  const read = (name: string) => readFile(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');
  return { key: await read('key'), cert: await read('certificate') };
}

/** Whether an HTTP request has arrived as a whole, its body included. */
export function isComplete(text: string): boolean {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  return rest.length > 0 && rest.join('\r\n\r\n').length >= length;
}
