import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { call, closeAll, connectTo, scaleOut, start } from './http.ts';
import { jsonOf, validBody } from './support.ts';

afterEach(closeAll);

describe('the simulator over HTTP', () => {
  test('listens on the loopback interface and answers a purchase', async () => {
    const simulator = await start();
    expect(simulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const answer = await scaleOut(simulator);
    expect(answer.status).toBe(202);
    expect(jsonOf(answer)).toMatchObject({ task_id: simulator.core.purchases()[0]?.taskId });
  });

  test('dates every answer by its own clock, however skewed', async () => {
    const simulator = await start({ now: () => Date.parse('2030-01-01T00:00:00Z') });
    const answers = [
      await scaleOut(simulator),
      await call(`${simulator.url}/nothing`),
      await call(`${simulator.url}/_simulator/state`),
    ];
    expect(answers.map(({ headers }) => headers.date)).toEqual(Array(3).fill('Tue, 01 Jan 2030 00:00:00 GMT'));
  });

  test('lets a test act around a request, before it executes and before its answer leaves', async () => {
    const seen: string[] = [];
    const simulator = await start({
      intercept(request, handle) {
        seen.push(`${request.method}: ${simulator.core.purchases().length} purchases before`);
        const answer = handle(request);
        seen.push(`${answer.executed}: ${simulator.core.purchases().length} after`);
        return { ...answer, status: 503 };
      },
    });
    expect((await scaleOut(simulator)).status).toBe(503);
    expect(seen).toEqual(['POST: 0 purchases before', `${simulator.core.purchases()[0]?.taskId}: 1 after`]);
  });

  test('does not start on a port that is taken', async () => {
    const { url } = await start();
    await expect(start({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('answers 413 to a body beyond 1 MiB, and takes one of 1 MiB', async () => {
    const simulator = await start();
    const padded = (bytes: number) => JSON.stringify(validBody).padEnd(bytes);
    expect((await scaleOut(simulator, padded(1024 * 1024 + 1))).status).toBe(413);
    expect((await scaleOut(simulator, padded(1024 * 1024))).status).toBe(202);
  });

  test('answers 400 to what is not HTTP', async () => {
    const simulator = await start();
    const received = await text(connectTo(simulator).end('NOT HTTP\r\n\r\n'));
    expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\ndate: .+ GMT\r\n/);
  });

  test('answers 404 to an unknown path', async () => {
    const { url } = await start();
    expect(await call(`${url}/clusters/a/b/c?d=%`)).toMatchObject({ status: 404 });
  });

  test('lives on when a client leaves in the middle of its request', async () => {
    const simulator = await start();
    const socket = connectTo(simulator);
    socket.write('POST /x HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 100\r\n\r\nhalf');
    await once(socket, 'data');
    socket.resetAndDestroy();
    expect((await scaleOut(simulator)).status).toBe(202);
  });
});
