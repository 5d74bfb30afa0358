import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { createCleanup } from '../../../infra/local/cleanup.ts';
import { startFunctionUrl } from '../../../infra/local/function-url.ts';

const cleanup = createCleanup();
afterEach(() => cleanup.run());

/** A function that answers this, and the events that reach it. */
async function serve(answer: () => unknown) {
  const events: LambdaFunctionURLEvent[] = [];
  const { url, close } = await startFunctionUrl(async (event) => {
    events.push(event);
    return answer();
  });
  cleanup.add(close);
  return { url, events };
}
const ok = () => ({ statusCode: 200 });

describe('the event', () => {
  test('has the path, the query and the headers as they were sent', async () => {
    const { url, events } = await serve(ok);
    await fetch(`${url}/alerts/arms/a%20b?x=1&y=%2F`, { headers: { 'X-Token': 'T', 'user-agent': 'a test' } });
    expect(events).toEqual([
      expect.objectContaining({
        version: '2.0',
        rawPath: '/alerts/arms/a%20b',
        rawQueryString: 'x=1&y=%2F',
        queryStringParameters: { x: '1', y: '/' },
        headers: expect.objectContaining({ 'x-token': 'T', 'user-agent': 'a test' }),
        requestContext: expect.objectContaining({
          http: {
            method: 'GET',
            path: '/alerts/arms/a%20b',
            protocol: 'HTTP/1.1',
            sourceIp: '127.0.0.1',
            userAgent: 'a test',
          },
        }),
        isBase64Encoded: false,
      }),
    ]);
    expect(events[0]).not.toHaveProperty('body');
  });

  test.each(['application/json', 'application/json; charset=utf-8', 'text/plain', 'application/xml'])(
    'has a body of %s as text',
    async (type) => {
      const { url, events } = await serve(ok);
      await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: '{"a":"✓"}' });
      expect(events[0]).toMatchObject({ body: '{"a":"✓"}', isBase64Encoded: false });
    },
  );

  test.each(['application/x-www-form-urlencoded', 'application/octet-stream', 'application/jsonlines'])(
    'has a body of %s in base64',
    async (type) => {
      const { url, events } = await serve(ok);
      await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array([255, 0, 65]) });
      expect(events[0]).toMatchObject({ body: '/wBB', isBase64Encoded: true });
    },
  );
});

describe('the answer', () => {
  const answered = async (answer: () => unknown) => {
    const { url } = await serve(answer);
    const response = await fetch(url, { method: 'POST', body: 'x' });
    return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
  };

  test('is that of the function', async () => {
    const json = { statusCode: 202, headers: { 'content-type': 'application/json' }, body: '{"messageId":"m"}' };
    expect(await answered(() => json)).toEqual({ status: 202, type: 'application/json', body: '{"messageId":"m"}' });
    expect(await answered(() => ({ statusCode: 200, body: '4pyT', isBase64Encoded: true }))).toMatchObject({
      body: '✓',
    });
  });

  test.each<[string, () => unknown]>([
    ['throws', () => Promise.reject(new Error('Task timed out after 5.00 seconds'))],
    ['answers nothing', () => undefined],
    ['answers no status', () => ({ body: 'hello' })],
  ])('is a 502 that tells nothing where the function %s', async (_, answer) => {
    expect(await answered(answer)).toEqual({
      status: 502,
      type: 'application/json',
      body: '{"Message":"Internal Server Error"}',
    });
  });

  test('is a 413, and the function is not called, for more than Lambda takes', async () => {
    const { url, events } = await serve(ok);
    const response = await fetch(url, { method: 'POST', body: new Uint8Array(6 * 1024 * 1024 + 1) });
    expect(response.status).toBe(413);
    expect(events).toEqual([]);
  });
});

test('a client that leaves in the middle of its request reaches nobody, and the next one is served', async () => {
  const { url, events } = await serve(ok);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('close', () => resolve());
    socket.write('POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nhalf', () => socket.destroy());
  });
  expect((await fetch(url)).status).toBe(200);
  expect(events.map(({ requestContext }) => requestContext.http.method)).toEqual(['GET']);
});
