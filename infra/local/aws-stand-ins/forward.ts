import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request as startRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

interface Forward {
  /** Rejects without a complete answer. @param target replaces the operation of the request */
  forward(request: IncomingMessage, body: Buffer, target?: string): Promise<Answer>;
  close(): void;
}

export function createForward(endpoint: string): Forward {
  const agent = new Agent({ keepAlive: true });
  return {
    async forward({ method, url, headers }, body, target) {
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      startRequest(endpoint, {
        agent,
        // Resolved as a URL, //example.com/ and http://example.com/ would lead to another machine.
        path: url ?? '/',
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

/** Headers of one connection are not valid for the other. */
function withoutHops(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  const { connection: _c, 'keep-alive': _k, 'transfer-encoding': _t, ...end } = headers;
  return end;
}
