// One HTTP exchange over one new connection. Retries and redirects could buy twice; a reused connection that the server
// has closed would leave a purchase in doubt.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { RequestError } from 'got';
import type { HttpAnswer, RawAnswer, TransportFailure } from '../../domain/ack/classify-response.ts';

export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  /** For each of name lookup, TCP and TLS. */
  readonly connectTimeoutMs: number;
}

/** Sends once and always resolves: a failure is a value. */
export type Transport = (request: TransportRequest) => Promise<RawAnswer>;

/** Larger than any page of the API. */
const maxBodyBytes = 4 * 1024 * 1024;

export interface HttpTransport extends Transport {
  /** Loads the client while the caller waits for something else. */
  readonly prepare: () => void;
}

/** got is loaded with the first request: most invocations send none. */
export function createHttpTransport(): HttpTransport {
  let loaded: ReturnType<typeof loadClient> | undefined;
  const load = () => {
    loaded ??= loadClient();
    return loaded;
  };
  const send: Transport = async (request) => {
    const { client, RequestError } = await load();
    const tooLarge = new AbortController();
    const { method, url, headers, body, timeoutMs, connectTimeoutMs } = request;
    try {
      const response = await client(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
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
      if (tooLarge.signal.aborted) return failure('ERR_BODY_TOO_LARGE', true, `more than ${maxBodyBytes} bytes`);
      // got's error holds password and signature: only code and message are passed on.
      return error instanceof RequestError
        ? failure(error.code, wasConnected(error, url), error.message)
        : failure('ERR_UNEXPECTED', true, 'the HTTP client failed in an unexpected way');
    }
  };
  // The request itself reports a failure to load.
  return Object.assign(send, { prepare: () => void load().catch(() => undefined) });
}

async function loadClient() {
  const { default: got, RequestError } = await import('got');
  const client = got.extend({
    agent: { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) },
    headers: { 'user-agent': 'edge-scale-out' },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false,
    responseType: 'buffer',
  });
  return { client, RequestError };
}

/** Request bytes are written only after `connect`, and on https after `secureConnect`. Without the event no byte left. */
function wasConnected({ timings }: RequestError, url: string): boolean {
  const up = url.startsWith('https:') ? timings?.secureConnect : timings?.connect;
  return up !== undefined;
}

function failure(code: string, connected: boolean, message: string): TransportFailure {
  return { kind: 'failure', code, connected, message: message.slice(0, 200) };
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): HttpAnswer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(', ')]],
    ),
  );
}
