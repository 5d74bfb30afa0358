import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { closeAll, control, rawScaleOut, scaleOut, start } from './http.ts';
import { jsonOf, minute } from './support.ts';

afterEach(closeAll);

describe('a lost answer over HTTP', () => {
  test('of a drop is a reset, whether or not the purchase was made', async () => {
    const simulator = await start();
    simulator.core.setFault({ kind: 'drop', when: 'before', times: 1 });
    await expect(text(rawScaleOut(simulator))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(simulator.core.purchases()).toEqual([]);
    simulator.core.setFault({ kind: 'drop', when: 'after', times: 1 });
    await expect(text(rawScaleOut(simulator))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(simulator.core.purchases()).toHaveLength(1);
  });

  test('of a half-close is an orderly end without a byte', async () => {
    const simulator = await start();
    simulator.core.setFault({ kind: 'half-close' });
    expect(await text(rawScaleOut(simulator))).toBe('');
    expect(simulator.core.purchases()).toHaveLength(1);
  });

  test('that is cut ends before the length that it announced', async () => {
    const simulator = await start();
    simulator.core.setFault({ kind: 'truncate', cut: 'connection' });
    const [head = '', body = ''] = (await text(rawScaleOut(simulator))).split('\r\n\r\n');
    const announced = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    expect(body).toMatch(/^\{"cluster_id"/);
    expect(body.length).toBe(Math.floor(announced / 2));
  });

  test('that is truncated arrives as a whole message of half a JSON text', async () => {
    const simulator = await start();
    simulator.core.setFault({ kind: 'truncate' });
    const answer = await scaleOut(simulator);
    expect(answer.headers['content-length']).toBe(String(answer.body.length));
    expect(() => jsonOf(answer)).toThrow(SyntaxError);
  });

  test('of latency arrives late', async () => {
    const simulator = await start();
    simulator.core.setFault({ kind: 'latency', ms: 40 });
    const startedAt = performance.now();
    expect((await scaleOut(simulator)).status).toBe(202);
    // Timers may fire a millisecond early.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(39);
  });

  test.each([
    { kind: 'latency', ms: 10 * minute },
    { kind: 'late-execution', delayMs: 0 },
  ] as const)('of %j is pending until the simulator closes', async (fault) => {
    const simulator = await start();
    simulator.core.setFault(fault);
    const pending = expect(scaleOut(simulator)).rejects.toMatchObject({ code: 'ECONNRESET' });
    while (simulator.core.purchases().length === 0) await control(simulator, 'GET', 'state');
    await simulator.close();
    await pending;
  });
});
