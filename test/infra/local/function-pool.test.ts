import { describe, expect, test } from '@jest/globals';
import { createFunctionPool } from '../../../infra/local/function-pool.ts';
import type { FunctionProcess } from '../../../infra/local/function-process.ts';
import { createGate, eventually } from './support.ts';

interface FakeProcess extends FunctionProcess {
  readonly stopped: () => boolean;
}

/** Makes processes whose invocations run the event, which is a function here. */
function createFactory() {
  const made: FakeProcess[] = [];
  const start = (): FunctionProcess => {
    let ended = false;
    let stopped = false;
    const process: FakeProcess = {
      pid: made.length + 1,
      hasEnded: () => ended,
      ready: async () => undefined,
      invoke: async (event) => (typeof event === 'function' ? Reflect.apply(event, undefined, [process]) : event),
      kill: () => {
        ended = true;
      },
      async stop() {
        stopped = true;
      },
      stopped: () => stopped,
    };
    made.push(process);
    return process;
  };
  return { made, start };
}

describe('invoke', () => {
  test('uses a warm process again', async () => {
    const { made, start } = createFactory();
    const pool = createFunctionPool(2, start);
    await pool.invoke('first');
    expect(await pool.invoke('second')).toBe('second');
    expect(made).toHaveLength(1);
  });

  test('runs as many at once as the pool is large, and the next when one of them ends', async () => {
    const { made, start } = createFactory();
    const pool = createFunctionPool(2, start);
    const gates = [createGate(), createGate(), createGate()];
    const begun: number[] = [];
    const invoked = gates.map(({ passed }, at) =>
      pool.invoke(() => {
        begun.push(at);
        return passed;
      }),
    );
    await eventually('two invocations', () => begun.length === 2);
    expect(begun).toEqual([0, 1]);
    gates[1]?.open();
    await invoked[1];
    await eventually('the third invocation', () => begun.length === 3);
    for (const gate of gates) gate.open();
    await Promise.all(invoked);
    expect(made).toHaveLength(2);
  });

  test('replaces a process that has ended', async () => {
    const { made, start } = createFactory();
    const pool = createFunctionPool(1, start);
    const crash = pool.invoke((process: FunctionProcess) => {
      process.kill();
      throw new Error('Runtime exited');
    });
    await expect(crash).rejects.toThrow('Runtime exited');
    expect(await pool.invoke('after')).toBe('after');
    expect(made).toHaveLength(2);
    expect(pool.processes()).toEqual([made[1]]);
  });
});

test('warm starts all processes', async () => {
  const { made, start } = createFactory();
  const pool = createFunctionPool(3, start);
  await pool.warm();
  expect(made).toHaveLength(3);
  expect(pool.processes()).toHaveLength(3);
});

test('warm rejects when the function cannot be loaded', async () => {
  const { start } = createFactory();
  const broken = (): FunctionProcess => ({ ...start(), ready: () => Promise.reject(new Error('Runtime exited')) });
  await expect(createFunctionPool(1, broken).warm()).rejects.toThrow('Runtime exited');
});

test('stop lets a running invocation end before it stops its process', async () => {
  const { made, start } = createFactory();
  const pool = createFunctionPool(1, start);
  const gate = createGate();
  const invoked = pool.invoke(() => gate.passed.then(() => 'done'));
  const stopped = pool.stop();
  expect(made[0]?.stopped()).toBe(false);
  gate.open();
  expect(await invoked).toBe('done');
  await stopped;
  expect(made[0]?.stopped()).toBe(true);
});
