// One HTTP exchange over one new connection. Retries and redirects could buy twice; a reused connection that the server
// has closed would leave a purchase in doubt.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { RequestError } from 'got';
import type { HttpAnswer, RawAnswer, TransportFailure } from '../../domain/ack/classify-response.ts';
import { errorMessage } from '../../domain/problems.ts';

export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  /** For each of name lookup, TCP (all addresses of the name together) and TLS. */
  readonly connectTimeoutMs: number;
}

/** Sends once and always resolves: a failure is a value. */
export type Transport = (request: TransportRequest) => Promise<RawAnswer>;

/** Larger than any page of the API. */
const maxBodyBytes = 4 * 1024 * 1024;

interface HttpTransport extends Transport {
  /** Loads the client while the caller waits for something else. */
  readonly prepare: () => void;
}

/**
 * got is loaded with the first request: most invocations send none.
 * @param lookup replaces the system's name lookup
 */
export function createHttpTransport(lookup?: LookupFunction): HttpTransport {
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
    const failed = (code: string, connected: boolean, what: string): TransportFailure => {
      const message = [hostOf(url), what].filter(Boolean).join(': ').slice(0, 240);
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      return { kind: 'failure', code, connected, message: `${message}, after ${seconds} s` };
    };
    try {
      const response = await client(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        agent: newAgents(connectTimeoutMs, lookup),
        signal: tooLarge.signal,
        timeout: {
          lookup: connectTimeoutMs,
          connect: connectTimeoutMs,
          secureConnect: connectTimeoutMs,
          request: timeoutMs,
        },
      }).on('downloadProgress', ({ transferred }) => {
        if (transferred > maxBodyBytes) tooLarge.abort();
      });
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
        ? failed(error.code, wasConnected(error, url), errorMessage(error))
        : failed('ERR_UNEXPECTED', true, 'the HTTP client failed in an unexpected way');
    }
  };
  // The request itself reports a failure to load.
  return Object.assign(send, { prepare: () => void load().catch(() => undefined) });
}

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
function newAgents(connectTimeoutMs: number, lookup: LookupFunction | undefined) {
  const options = {
    keepAlive: false,
    autoSelectFamilyAttemptTimeout: Math.ceil(connectTimeoutMs / 3),
    ...(lookup && { lookup }),
  };
  return { http: new HttpAgent(options), https: new HttpsAgent(options) };
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
