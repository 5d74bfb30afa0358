import type { LookupFunction, Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createHttpTransport, type TransportRequest } from '../../../functions/adapters/ack/http-transport.ts';
import type { RawAnswer } from '../../../functions/domain/ack/classify-response.ts';
import {
  closedPort,
  closeServers,
  isComplete,
  serveBytes,
  serveHttp,
  serveLate,
  testCertificate,
} from '../../support/loopback-server.ts';

afterEach(closeServers);

const canary = 'Canary-1234!';
const body = JSON.stringify({ login_password: canary });

/** Sends a purchase, with time limits that no healthy exchange over loopback comes near. */
function post(url: string, change: Partial<TransportRequest> = {}): Promise<RawAnswer> {
  const headers = { 'content-type': 'application/json; charset=utf-8', authorization: canary };
  const request = { method: 'POST', url, headers, body, timeoutMs: 5000, connectTimeoutMs: 5000 } as const;
  return createHttpTransport()({ ...request, ...change });
}

/** A server that does `act` once the request has arrived completely. */
const serveOnce = (act: (socket: Socket) => void) =>
  serveBytes((socket, text) => {
    if (isComplete(text)) act(socket);
  });
const urlOf = ({ port }: { readonly port: number }, protocol = 'http') => `${protocol}://127.0.0.1:${port}/`;

test('what is prepared sends nothing until it is told to, and then once', async () => {
  const server = await serveHttp((response) => response.end('{}'));
  const transport = createHttpTransport();
  await Promise.all([transport.prepare(), transport.prepare()]);
  const limits = { timeoutMs: 5000, connectTimeoutMs: 5000 };
  expect(await transport({ method: 'GET', url: server.url, headers: { a: 'b' }, ...limits })).toMatchObject({
    kind: 'answer',
    status: 200,
  });
  expect(server.requests).toEqual([expect.objectContaining({ method: 'GET', body: '' })]);
  expect(server.connections()).toBe(1);
});

describe('a complete answer', () => {
  test('comes with its status, its headers in lower case and its body', async () => {
    const server = await serveHttp((response) => {
      response.writeHead(202, { 'X-Acs-Request-Id': 'R-1', 'Set-Cookie': ['a=1', 'b=2'] }).end('{"task_id":"T-é"}');
    });
    expect(await post(server.url)).toEqual({
      kind: 'answer',
      status: 202,
      headers: expect.objectContaining({ 'x-acs-request-id': 'R-1', 'set-cookie': 'a=1, b=2' }),
      body: '{"task_id":"T-é"}',
    });
  });

  test.each([200, 204, 301, 302, 303, 307, 308, 400, 401, 404, 408, 413, 429, 500, 502, 503, 504])(
    'with status %i is taken as it is: nothing is followed, repeated or thrown',
    async (status) => {
      const server = await serveHttp((response) => {
        response.writeHead(status, { location: '/again', 'retry-after': '0', 'set-cookie': 'session=1' }).end();
      });
      expect(await post(server.url)).toMatchObject({ kind: 'answer', status });
      expect(server.requests).toHaveLength(1);
    },
  );

  test('may end with the connection when it has no length', async () => {
    const server = await serveOnce((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n{"task_id":"T-1"}'));
    expect(await post(urlOf(server))).toMatchObject({ kind: 'answer', status: 200, body: '{"task_id":"T-1"}' });
  });

  test('is not decompressed, which nobody asked for', async () => {
    const server = await serveHttp((response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"task_id":"T-1"}'));
    });
    expect(await post(server.url)).toMatchObject({ kind: 'answer', body: expect.not.stringContaining('task_id') });
    expect(server.requests[0]?.headers).not.toHaveProperty('accept-encoding');
  });
});

describe('a request', () => {
  test('goes out byte for byte as it was given', async () => {
    const server = await serveHttp((response) => response.end());
    const url = `${server.url}/api/v2/clusters/C%2A%27%28~?page_number=1&filter=%2A%27%20`;
    const headers = { host: 'cs.example.test', 'content-type': 'application/json; charset=utf-8', 'x-acs-date': 'now' };
    await post(url, { headers });
    expect(server.requests).toEqual([
      {
        method: 'POST',
        url: '/api/v2/clusters/C%2A%27%28~?page_number=1&filter=%2A%27%20',
        headers: {
          ...headers,
          'user-agent': 'edge-scale-out',
          'content-length': String(body.length),
          Connection: 'close',
        },
        body,
      },
    ]);
  });

  test('has no body when it has none', async () => {
    const server = await serveHttp((response) => response.end('[]'));
    const read = { method: 'GET', url: server.url, headers: {}, timeoutMs: 5000, connectTimeoutMs: 5000 } as const;
    const answer = await createHttpTransport()(read);
    expect(answer).toMatchObject({ kind: 'answer', status: 200, body: '[]' });
    expect(server.requests[0]).toMatchObject({ method: 'GET', body: '' });
  });

  test.each([
    ['POST', 3],
    ['GET', 1],
  ] as const)('by %s takes %d connections for three of them, one after the other', async (method, connections) => {
    const server = await serveHttp((response) => response.writeHead(200, { connection: 'keep-alive' }).end());
    const transport = createHttpTransport();
    const request = { method, url: server.url, headers: {}, timeoutMs: 5000, connectTimeoutMs: 5000 } as const;
    for (let i = 0; i < 3; i += 1) expect(await transport(request)).toMatchObject({ kind: 'answer' });
    expect([server.requests.length, server.connections()]).toEqual([3, connections]);
  });

  test.each([
    ['wall', 30_001, 1],
    ['monotonic', 1, 30_001],
    ['wall', -1, 1],
  ])('by GET uses no connection that was idle for long, as the %s clock tells', async (_, wallMs, monotonicMs) => {
    const server = await serveHttp((response) => response.end());
    let [wall, monotonic] = [0, 0];
    const transport = createHttpTransport(undefined, { wall: () => wall, monotonic: () => monotonic });
    const request = { method: 'GET', url: server.url, headers: {}, timeoutMs: 5000, connectTimeoutMs: 5000 } as const;
    await transport(request);
    wall += wallMs;
    monotonic += monotonicMs;
    expect(await transport(request)).toMatchObject({ kind: 'answer' });
    expect(server.connections()).toBe(2);
  });
});

describe('without a connection', () => {
  test('a refused connection sent nothing', async () => {
    expect(await post(urlOf({ port: closedPort }))).toMatchObject({
      kind: 'failure',
      code: 'ECONNREFUSED',
      connected: false,
    });
  });

  test.each(['http', 'https'])('a name that does not resolve sent nothing over %s', async (protocol) => {
    const answer = await post(`${protocol}://no-such-host.invalid/`, { connectTimeoutMs: 2000 });
    expect(answer).toMatchObject({ kind: 'failure', connected: false });
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'a certificate that nobody trusts is refused over %s before the server reads a byte',
    async (version) => {
      const server = await serveBytes((socket) => socket.end(), { minVersion: version, maxVersion: version });
      expect(await post(urlOf(server, 'https'))).toMatchObject({
        kind: 'failure',
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        connected: false,
      });
      await server.firstEnded;
      expect(server.received.map(({ text }) => text).join('')).toBe('');
    },
  );

  test('a server that speaks no TLS sees no byte of the request', async () => {
    const server = await serveBytes((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await post(urlOf(server, 'https'))).toMatchObject({ kind: 'failure', connected: false });
    await server.firstEnded;
    expect(server.received[0]?.text).not.toContain('POST');
  });

  test('a server that resets the connection during the TLS handshake sees no byte of the request', async () => {
    const server = await serveBytes((socket) => socket.resetAndDestroy());
    expect(await post(urlOf(server, 'https'))).toMatchObject({ kind: 'failure', code: 'ECONNRESET', connected: false });
  });

  test('a TLS handshake that never ends is given up after the connect timeout, with nothing sent', async () => {
    const server = await serveBytes(() => undefined);
    const answer = await post(urlOf(server, 'https'), { connectTimeoutMs: 100 });
    expect(answer).toMatchObject({ kind: 'failure', code: 'ETIMEDOUT', connected: false });
    await server.firstEnded;
    expect(server.received[0]?.text).not.toContain('POST');
  });

  test('a TLS handshake that outlasts the whole exchange sent nothing', async () => {
    const server = await serveBytes(() => undefined);
    const answer = await post(urlOf(server, 'https'), { timeoutMs: 100 });
    expect(answer).toMatchObject({ code: 'ETIMEDOUT', connected: false, message: expect.stringContaining('request') });
  });

  test('a URL that is none sent nothing', async () => {
    expect(await post('not a url')).toMatchObject({ kind: 'failure', connected: false });
  });
});

describe('a name with several addresses', () => {
  const [here, there] = ['127.0.0.1', '127.0.0.2'];
  /** @param afterwards runs so many milliseconds after the first address is tried */
  const resolvesTo = (addresses: readonly string[], afterwards = () => {}, afterMs = 50): LookupFunction => {
    const found = addresses.map((address) => ({ address, family: 4 }));
    return (_host, _options, done) => {
      done(null, found);
      setTimeout(afterwards, afterMs);
    };
  };
  const get = (port: number, lookup: LookupFunction, connectTimeoutMs: number, protocol = 'http') =>
    createHttpTransport(lookup)({
      method: 'GET',
      url: `${protocol}://gateway.example.test:${port}/`,
      headers: {},
      timeoutMs: 8000,
      connectTimeoutMs,
    });

  test('is reached at a slow address although another one refuses', async () => {
    const slow = await serveLate(here);
    const answer = await get(slow.port, resolvesTo([here, there], slow.wake), 5000);
    expect(answer).toMatchObject({ kind: 'answer', status: 200, body: '{}' });
  });

  test('is reached at a slow address between a silent and a refusing one, within one connect timeout', async () => {
    const slow = await serveLate(there);
    await serveLate(here, slow.port);
    // Its turn comes after a third of the connect timeout.
    const lookup = resolvesTo([here, there, '127.0.0.3'], slow.wake, 1700);
    expect(await get(slow.port, lookup, 4500)).toMatchObject({ kind: 'answer', status: 200 });
  });

  test.each(['http', 'https'])('says over %s what each address did when none is reached', async (protocol) => {
    const answer = await get(closedPort, resolvesTo([here, there]), 1000, protocol);
    expect(answer).toMatchObject({ kind: 'failure', code: 'ECONNREFUSED', connected: false });
    expect(answer).toHaveProperty(
      'message',
      expect.stringMatching(
        new RegExp(
          `^gateway\\.example\\.test:${closedPort}: connect ECONNREFUSED ${here}:${closedPort}, connect ECONNREFUSED ${there}:${closedPort}, after 0\\.\\d s$`,
        ),
      ),
    );
  });

  test('that are all silent is given up after one connect timeout for all, with nothing sent', async () => {
    const { port } = await serveLate(here);
    await serveLate(there, port);
    const answer = await get(port, resolvesTo([here, there]), 300);
    expect(answer).toMatchObject({ kind: 'failure', code: 'ETIMEDOUT', connected: false });
    expect(answer).toHaveProperty(
      'message',
      expect.stringMatching(/^gateway\.example\.test:\d+: .*'connect'.*, after 0\.[34] s$/),
    );
  });
});

describe('once the connection is up', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['resets before the first byte', (socket) => socket.resetAndDestroy()],
    ['closes before the first byte', (socket) => socket.end()],
    ['closes within the headers', (socket) => socket.end('HTTP/1.1 202 Accepted\r\nContent-Le')],
    [
      'closes within the body',
      (socket) => socket.end('HTTP/1.1 202 Accepted\r\nContent-Length: 99\r\n\r\n{"task_id":"T'),
    ],
    [
      'closes within a chunk',
      (socket) => socket.end('HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n63\r\n{"task_id":"T-1"}'),
    ],
    [
      'closes before the last chunk',
      (socket) => socket.end('HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n{"task_id":"T-1"}\r\n'),
    ],
    ['answers in another protocol', (socket) => socket.end('220 smtp.example.test ESMTP\r\n')],
    [
      'resets within the body',
      (socket) =>
        socket.write('HTTP/1.1 202 Accepted\r\nContent-Length: 99\r\n\r\n{"task_id":"T', () =>
          socket.resetAndDestroy(),
        ),
    ],
  ])('nobody knows what a server did that %s', async (_what, act) => {
    const server = await serveOnce(act);
    expect(await post(urlOf(server))).toMatchObject({ kind: 'failure', connected: true });
    expect(server.received).toHaveLength(1);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['is silent', () => undefined],
    ['is silent after the headers', (socket) => socket.write('HTTP/1.1 202 Accepted\r\nContent-Length: 99\r\n\r\n')],
    [
      'drips its answer',
      (socket) => {
        socket.write('HTTP/1.1 202 Accepted\r\nContent-Length: 999\r\n\r\n');
        const drip = setInterval(() => socket.write(' '), 10);
        socket.on('close', () => clearInterval(drip));
      },
    ],
  ])('nobody knows what a server did that %s past the timeout', async (_what, act) => {
    const server = await serveOnce(act);
    expect(await post(urlOf(server), { timeoutMs: 300 })).toEqual({
      kind: 'failure',
      code: 'ETIMEDOUT',
      connected: true,
      message: expect.stringMatching(/^127\.0\.0\.1:\d+: Timeout awaiting 'request' for 300ms, after 0\.\d s$/),
    });
    expect(server.received).toHaveLength(1);
  });

  test('an answer without end is given up', async () => {
    const server = await serveHttp((response) => {
      const chunk = 'x'.repeat(64 * 1024);
      const pour = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pour);
      pour();
    });
    expect(await post(server.url)).toEqual({
      kind: 'failure',
      code: 'ERR_BODY_TOO_LARGE',
      connected: true,
      message: expect.stringMatching(/^127\.0\.0\.1:\d+: more than 4194304 bytes, after \d\.\d s$/),
    });
  });

  test('over TLS as well, a reset leaves it open what the server did', async () => {
    const trusted = getCACertificates('default');
    setDefaultCACertificates([(await testCertificate()).cert]);
    try {
      const server = await serveBytes((socket, text) => {
        if (isComplete(text)) socket.destroy();
      }, {});
      expect(await post(urlOf(server, 'https'))).toMatchObject({ kind: 'failure', connected: true });
      expect(server.received[0]?.text).toContain(canary);
    } finally {
      setDefaultCACertificates(trusted);
    }
  });
});

test('no failure holds anything of the request', async () => {
  const server = await serveOnce((socket) => socket.end(`${canary}\r\n\r\n`));
  const failures = [
    await post(urlOf(server)),
    await post(urlOf(server, 'https'), { connectTimeoutMs: 100 }),
    await post(urlOf({ port: closedPort })),
    await post('not a url'),
    await post(urlOf(server), { headers: { 'x-acs-security-token': `${canary}\n` } }),
  ];
  for (const answer of failures) {
    expect(answer.kind).toBe('failure');
    expect(inspect(answer, { depth: null, showHidden: true })).not.toContain(canary);
  }
});
