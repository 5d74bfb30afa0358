// One HTTP exchange, sent once. Retries and redirects could buy twice; a reused connection that the server has closed would leave a
// purchase in doubt. So a purchase has a connection that no other request had, and only reads share theirs.
import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { RequestError } from 'got';
import type { HttpAnswer, RawAnswer, TransportFailure } from '../../domain/ack/classify-response.ts';
import { errorMessage } from '../../domain/problems.ts';
import { type Clocks, type EarlyConnection, openEarly, startAge, systemClocks } from './early-connection.ts';

export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of a GET: over a connection of its own, as one that was kept has failed. */
  readonly fresh?: boolean;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  /** For each of name lookup, TCP (all addresses of the name together) and TLS. */
  readonly connectTimeoutMs: number;
}

export interface Transport {
  /** Sends once and always resolves: a failure is a value. */
  (request: TransportRequest): Promise<RawAnswer>;
  /** Opens the connection of the next POST to this URL, if that follows within seconds. Never throws. */
  readonly open?: (url: string, connectTimeoutMs: number) => void;
}

/** Larger than any page of the API. */
const maxBodyBytes = 4 * 1024 * 1024;

interface HttpTransport extends Transport {
  /** Loads the client while the caller waits for something else. Never rejects. */
  readonly prepare: () => Promise<void>;
  readonly open: NonNullable<Transport['open']>;
  /** Destroys what was opened and not used: a frozen process must not keep it. */
  readonly close: () => void;
}

/** Connections of reads that were idle for longer are not used again: what is between may have forgotten them. */
const maxIdleMs = 30_000;

/**
 * got is loaded with the first request: most invocations send none.
 * @param lookup replaces the system's name lookup
 */
export function createHttpTransport(lookup?: LookupFunction, clocks: Clocks = systemClocks): HttpTransport {
  const early = new Map<string, EarlyConnection>();
  let kept: { readonly agents: Agents; idleMs: () => number } | undefined;
  let loaded: ReturnType<typeof loadClient> | undefined;
  const load = () => {
    loaded ??= loadClient();
    return loaded;
  };
  const send: Transport = async (request) => {
    const { client, RequestError } = await load();
    const tooLarge = new AbortController();
    const { method, url, headers, body, timeoutMs, connectTimeoutMs } = request;
    const startedAt = Date.now();
    const opened = method === 'POST' ? takeEarly(url) : undefined;
    await opened?.settled;
    const leftMs = opened ? Math.max(1, timeoutMs - (Date.now() - startedAt)) : timeoutMs;
    const keeps = method === 'GET' && !request.fresh;
    let native: ClientRequest | undefined;
    const failed = (code: string, connected: boolean, what: string): TransportFailure => {
      const message = [hostOf(url), what].filter(Boolean).join(': ').slice(0, 240);
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      // Another exchange over it would fail, too. What was too slow is not worth another wait.
      if (keeps) kept = undefined;
      const reused = keeps && native?.reusedSocket === true && code !== 'ETIMEDOUT';
      return { kind: 'failure', code, connected, ...(reused && { reused }), message: `${message}, after ${seconds} s` };
    };
    try {
      const exchange = client(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        agent: keeps ? keptAgents(connectTimeoutMs) : newAgents(connectTimeoutMs, lookup, false, opened),
        signal: tooLarge.signal,
        timeout: {
          lookup: connectTimeoutMs,
          connect: connectTimeoutMs,
          secureConnect: connectTimeoutMs,
          request: leftMs,
        },
      });
      void exchange.on('request', (started) => {
        native = started;
      });
      void exchange.on('downloadProgress', ({ transferred }) => {
        if (transferred > maxBodyBytes) tooLarge.abort();
      });
      const response = await exchange;
      return {
        kind: 'answer',
        status: response.statusCode,
        headers: flatten(response.headers),
        body: Buffer.from(response.rawBody).toString('utf8'),
      };
    } catch (error) {
      if (tooLarge.signal.aborted) return failed('ERR_BODY_TOO_LARGE', true, `more than ${maxBodyBytes} bytes`);
      // got's error holds password and signature: only code and message are passed on.
      return error instanceof RequestError
        ? failed(error.code, opened?.isUsed() || wasConnected(error, url), errorMessage(error))
        : failed('ERR_UNEXPECTED', true, 'the HTTP client failed in an unexpected way');
    } finally {
      opened?.close();
      if (kept && keeps) kept.idleMs = startAge(clocks);
    }
  };

  function takeEarly(url: string): EarlyConnection | undefined {
    const opened = early.get(url);
    early.delete(url);
    return opened;
  }

  function keptAgents(connectTimeoutMs: number): Agents {
    if (kept && kept.idleMs() <= maxIdleMs) return kept.agents;
    // One of them may still be under way.
    kept = { agents: newAgents(connectTimeoutMs, lookup, true), idleMs: startAge(clocks) };
    return kept.agents;
  }

  // The request itself reports a failure to load.
  const prepare = () =>
    load().then(
      () => undefined,
      () => undefined,
    );
  function open(url: string, connectTimeoutMs: number): void {
    const before = early.get(url);
    if (before?.isYoung()) return;
    before?.close();
    const attemptTimeoutMs = attemptTimeoutOf(connectTimeoutMs);
    early.set(url, openEarly(url, { connectTimeoutMs, attemptTimeoutMs, lookup, clocks }));
  }

  function close(): void {
    for (const opened of early.values()) opened.close();
    early.clear();
  }

  return Object.assign(send, { prepare, open, close });
}

type Agents = ReturnType<typeof newAgents>;

async function loadClient() {
  const { default: got, RequestError } = await import('got');
  const client = got.extend({
    headers: { 'user-agent': 'edge-scale-out' },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false,
    responseType: 'buffer',
  });
  return { client, RequestError };
}

/**
 * Node tries the addresses of a name one after the other, and by default gives each but the last one 250 ms: less than a handshake
 * across an ocean. With a third of the time a silent address leaves enough for others, and a lost packet can be repeated.
 */
const attemptTimeoutOf = (connectTimeoutMs: number): number => Math.ceil(connectTimeoutMs / 3);

function newAgents(
  connectTimeoutMs: number,
  lookup: LookupFunction | undefined,
  keepAlive: boolean,
  opened?: EarlyConnection,
) {
  const options = {
    keepAlive,
    autoSelectFamilyAttemptTimeout: attemptTimeoutOf(connectTimeoutMs),
    // Of a connection that is kept and idle, by a clock that a frozen process stops.
    ...(keepAlive && { timeout: maxIdleMs }),
    ...(lookup && { lookup }),
  };
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  if (opened) for (const agent of Object.values(agents)) giveFirst(agent, opened);
  return agents;
}

/** Its request gets the connection that was opened for it, if that is still good when the request is about to be written. */
function giveFirst(agent: HttpAgent, opened: EarlyConnection): void {
  const connectAnew = agent.createConnection.bind(agent);
  agent.createConnection = (options, done) => opened.use() ?? connectAnew(options, done);
}

/** Request bytes are written only after `connect`, and on https after `secureConnect`. Without the event no byte left. */
function wasConnected({ timings }: RequestError, url: string): boolean {
  const up = url.startsWith('https:') ? timings?.secureConnect : timings?.connect;
  return up !== undefined;
}

/** With its port, if the URL has one. Empty for a URL that is none. */
const hostOf = (url: string): string => URL.parse(url)?.host ?? '';

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): HttpAnswer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(', ')]],
    ),
  );
}
