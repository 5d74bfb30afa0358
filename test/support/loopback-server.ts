// Servers on 127.0.0.1 that a test scripts down to the byte, and that count what reaches them.
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { Worker } from 'node:worker_threads';

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

interface RawServer {
  readonly port: number;
  /** What each connection has sent so far. */
  readonly received: readonly { readonly text: string }[];
  /** Resolves when the first connection has ended, so that `received` says all it ever will. */
  readonly firstEnded: Promise<void>;
}

const open: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];

const silent = new Set<SilentListener>();

/** For afterEach: ends every server of the test and the connections that are still up. */
export async function closeServers(): Promise<void> {
  for (const { worker, waiting } of silent) {
    for (const socket of waiting) socket.destroy();
    await worker.terminate();
  }
  silent.clear();
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
  onConnection: (socket: Socket) => void = () => undefined,
): Promise<RawServer> {
  const received: { text: string }[] = [];
  const ended = Promise.withResolvers<void>();
  const converse = (socket: Socket) => {
    const conversation = { text: '' };
    received.push(conversation);
    onConnection(socket);
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

interface SilentListener {
  readonly worker: Worker;
  readonly waiting: readonly Socket[];
}

/** Listens, and sleeps until it is woken. From then on it answers each request with 200 and `{}`. */
const sleeper = `
  const { createServer } = require('node:net');
  const { parentPort, workerData: { host, port, isAwake } } = require('node:worker_threads');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n{}'));
  });
  server.listen({ host, port, backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    setImmediate(() => Atomics.wait(isAwake, 0, 0));
  });
`;

/**
 * A listener that lets no connection in until it wakes up. Its queue of connections is full, so the system ignores the first
 * packet of the next one, and that one repeats it after a second: a real, slow handshake.
 * @param host a loopback address @param port a free one, if 0
 */
export async function serveLate(host: string, port = 0): Promise<{ readonly port: number; readonly wake: () => void }> {
  const isAwake = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(sleeper, { eval: true, workerData: { host, port, isAwake } });
  const listening = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
  });
  const waiting: Socket[] = [];
  silent.add({ worker, waiting });
  // A backlog of one holds two connections.
  for (let i = 0; i < 2; i += 1) {
    const socket = connect({ host, port: listening });
    waiting.push(socket);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.on('error', () => undefined);
  }
  return {
    port: listening,
    wake() {
      Atomics.store(isAwake, 0, 1);
      Atomics.notify(isAwake, 0);
    },
  };
}

/** A port that nobody listens on: that of "discard". One that was just given back is soon somebody else's. */
export const closedPort = 9;

/** Where nobody answers. */
export const nobody = `http://127.0.0.1:${closedPort}`;

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
