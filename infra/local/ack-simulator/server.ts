// The simulator as an HTTP server on the loopback interface.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AckCore, type AckCoreOptions, createAckCore } from '../../../functions/backtest/world/ack/core.ts';
import { httpDate } from '../../../functions/backtest/world/ack/instants.ts';
import type { SimAnswer, SimRequest } from '../../../functions/backtest/world/ack/messages.ts';
import { closeServer, listenOnLoopback, readBody } from '../aws-stand-ins/loopback.ts';
import { control, isControlPath } from './control.ts';
import { deliver } from './delivery.ts';

export type AckSimulatorOptions = Omit<AckCoreOptions, 'now' | 'random'> & {
  /** Default: a free port. */
  readonly port?: number;
  /** Default: Date.now. */
  readonly now?: () => number;
  readonly random?: () => number;
  /** Lets a test act before a request executes, or before its answer is sent. */
  readonly intercept?: Interceptor;
};

export type Interceptor = (
  request: SimRequest,
  handle: (request: SimRequest) => SimAnswer,
) => SimAnswer | Promise<SimAnswer>;

export type AckSimulator = {
  /** As `http://127.0.0.1:12345`. */
  readonly url: string;
  readonly core: AckCore;
  /** Drops open connections and frees the port. */
  close(): Promise<void>;
};

/** Far above any body of the API. */
const bodyLimitBytes = 1024 * 1024;

/** Rejects with the error of `listen`. */
export async function startAckSimulator(options: AckSimulatorOptions): Promise<AckSimulator> {
  const { port = 0, intercept = (request, handle) => handle(request) } = options;
  const core = createAckCore({ now: Date.now, random: Math.random, ...options });
  const closing = new AbortController();
  const server = createServer((request, response) => {
    answer({ core, intercept, signal: closing.signal }, request, response).catch((error: unknown) => {
      response.destroy();
      // Expected after close() and after a disconnect of the client. Anything else is a defect.
      if (!closing.signal.aborted && request.complete) throw error;
    });
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end(`HTTP/1.1 400 Bad Request\r\ndate: ${httpDate(core.now())}\r\nconnection: close\r\n\r\n`);
  });
  const url = await listenOnLoopback(server, port);
  return {
    url,
    core,
    close() {
      closing.abort();
      return closeServer(server);
    },
  };
}

type Service = { readonly core: AckCore; readonly intercept: Interceptor; readonly signal: AbortSignal };

async function answer({ core, intercept, signal }: Service, request: IncomingMessage, response: ServerResponse) {
  const { method = '', url = '' } = request;
  const mark = url.includes('?') ? url.indexOf('?') : url.length;
  const path = url.slice(0, mark);
  const query = url.slice(mark + 1);
  const body = (await readBody(request, bodyLimitBytes))?.toString('utf8');
  const answered =
    body === undefined
      ? written(core, 413, { error: 'the body is larger than 1 MiB' })
      : isControlPath(path)
        ? controlled(core, method, path, body)
        : await intercept({ method, path, query, headers: headersOf(request), body }, core.handle);
  return deliver(answered, response, signal);
}

const headersOf = (request: IncomingMessage) =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));

function controlled(core: AckCore, method: string, path: string, body: string): SimAnswer {
  const answered = control(core, method, path, body);
  return written(core, answered.status, answered.body);
}

const written = (core: AckCore, status: number, body: object): SimAnswer => ({
  status,
  headers: { date: httpDate(core.now()), 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
  delivery: { kind: 'answer', delayMs: 0 },
});
