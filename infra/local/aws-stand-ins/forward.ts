import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request as startRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

export interface Forward {
  /** Rejects when there is no complete answer. @param target another operation than that of the request */
  forward(request: IncomingMessage, body: Buffer, target?: string): Promise<Answer>;
  close(): void;
}

/** Hands requests on to another server of this machine, as they are. */
export function createForward(endpoint: string): Forward {
  const agent = new Agent({ keepAlive: true });
  return {
    async forward({ method, url, headers }, body, target) {
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      startRequest(new URL(url ?? '/', endpoint), {
        agent,
        ...(method !== undefined && { method }),
        headers: { ...withoutHops(headers), ...(target && { 'x-amz-target': target }), 'content-length': body.length },
      })
        .on('response', resolve)
        .on('error', reject)
        .end(body);
      const response = await promise;
      return {
        status: response.statusCode ?? 502,
        headers: withoutHops(response.headers),
        body: await buffer(response),
      };
    },
    close: () => agent.destroy(),
  };
}

/** Each side has its own connection; what is said about one is not true of the other. */
function withoutHops(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  const { connection: _c, 'keep-alive': _k, 'transfer-encoding': _t, ...end } = headers;
  return end;
}
