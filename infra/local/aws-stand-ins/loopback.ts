// Servers of the engine listen on 127.0.0.1 only, and answer programs of this machine only.
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';

/** @param port a free one by default @returns the origin, as http://127.0.0.1:12345 */
export async function listenOnLoopback(server: Server, port = 0): Promise<string> {
  refuseForeign(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server listens on no port');
  return `http://127.0.0.1:${address.port}`;
}

/**
 * Web pages that a browser of this machine shows can send requests to its ports: across origins, or by a name of theirs that
 * resolves to 127.0.0.1 (DNS rebinding), with which they can also read the answers.
 */
export function refuseForeign(server: Server): void {
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isForeign(request.headers)) {
      response.writeHead(403, { 'content-type': 'application/json', connection: 'close' });
      response.end('{"error":"the local engine answers to 127.0.0.1 and localhost only"}');
    } else for (const listener of listeners) Reflect.apply(listener, server, [request, response]);
  });
}

function isForeign({ host = '', origin }: IncomingHttpHeaders): boolean {
  const ofThisMachine = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::(\d{1,5}))?$/i;
  const asked = ofThisMachine.exec(host);
  if (!asked || origin === undefined) return !asked;
  // A page of another server of this machine is foreign, too.
  const from = ofThisMachine.exec(origin.replace(/^http:\/\//, ''));
  return from?.[1] !== asked[1] || !from;
}

/** Frees the port and drops open connections. It may be closed already. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** undefined for a body of more bytes. It is read to its end: a client may read only after sending all. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes <= maxBytes) chunks.push(part);
  }
  return bytes <= maxBytes ? Buffer.concat(chunks) : undefined;
}
