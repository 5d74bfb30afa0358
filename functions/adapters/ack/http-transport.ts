// One HTTP exchange over one fresh connection, and never a second: a request that was repeated, redirected or sent on an
// idle connection that the server had just closed would buy nodes twice, or leave a purchase in doubt.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { RequestError } from 'got';
import type { HttpAnswer, RawAnswer, TransportFailure } from '../../domain/ack/classify-response.ts';

export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Sent byte for byte as given: most are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds for the whole exchange. */
  readonly timeoutMs: number;
  /** Milliseconds for each of name lookup, TCP and TLS; `timeoutMs` bounds their sum. */
  readonly connectTimeoutMs: number;
}

/** Sends once and resolves in every case: no answer is a value too. */
export type Transport = (request: TransportRequest) => Promise<RawAnswer>;

/** Larger than any page of the API; a body without end must not fill the function's memory. */
const maxBodyBytes = 4 * 1024 * 1024;

export interface HttpTransport extends Transport {
  /** To be called when a request is likely to come, while there is something else to wait for. */
  readonly prepare: () => void;
}

/** Opens a connection per request. The got library is loaded with the first one, as most invocations send nothing. */
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
      // got's error holds the request with its password and signature: only its code and message leave this function.
      return error instanceof RequestError
        ? failure(error.code, wasConnected(error, url), error.message)
        : failure('ERR_UNEXPECTED', true, 'the HTTP client failed in an unexpected way');
    }
  };
  // A failure shows with the request itself.
  return Object.assign(send, { prepare: () => void load().catch(() => undefined) });
}

/** What is the same for every request is read and checked once. */
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

/**
 * Request bytes are written only after the socket's `connect` event, and on https only after `secureConnect`, which
 * comes after the check of the certificate. Without that event nothing left; without a socket nothing was tried.
 */
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
