import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  type FunctionProcess,
  type FunctionProcessOptions,
  startFunctionProcess,
} from '../../../infra/local/function-process.ts';
import { eventually } from './support.ts';

jest.setTimeout(30_000);

const fixtures = join(import.meta.dirname, '../../fixtures/functions');
const started: FunctionProcess[] = [];
let lines: string[] = [];

function start(file = 'obedient.ts', options: Partial<FunctionProcessOptions> = {}): FunctionProcess {
  const process = startFunctionProcess({
    file: join(fixtures, file),
    env: { TABLE_NAME: 'ledger' },
    timeoutMs: 30_000,
    onLine: (line) => lines.push(line),
    ...options,
  });
  started.push(process);
  return process;
}

afterEach(async () => {
  lines = [];
  for (const process of started.splice(0)) {
    process.kill();
    await process.stop();
  }
});

describe('an invocation', () => {
  test('resolves with what the handler returns', async () => {
    const value = { batchItemFailures: [{ itemIdentifier: 'a' }] };
    expect(await start().invoke({ act: 'return', value })).toEqual(value);
  });

  test('resolves when the handler returns nothing', async () => {
    expect(await start().invoke({ act: 'return' })).toBeUndefined();
  });

  test('tells the handler how much time is left', async () => {
    const remaining = await start('obedient.ts', { timeoutMs: 20_000 }).invoke({ act: 'remaining' });
    expect(remaining).toBeGreaterThan(10_000);
    expect(remaining).toBeLessThanOrEqual(20_000);
  });

  test('sees the environment that it is given, and nothing of ours', async () => {
    process.env['CANARY_OF_THE_ENGINE'] = 'alive';
    const names = await start().invoke({ act: 'environment' });
    expect(names).toContain('TABLE_NAME');
    expect(names).not.toContain('CANARY_OF_THE_ENGINE');
  });

  test('rejects with the error that the handler throws, and leaves the process usable', async () => {
    const process = start();
    await expect(process.invoke({ act: 'throw', value: 'no such cluster' })).rejects.toThrow(
      'TypeError: no such cluster',
    );
    expect(await process.invoke({ act: 'return', value: 1 })).toBe(1);
  });

  test('can be debugged, at a port that the system chooses, when that is asked for', async () => {
    await start('obedient.ts', { inspect: true }).ready();
    await start('obedient.ts', { inspect: true }).ready();
    const ports = () =>
      lines.flatMap((line) => line.match(/^Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)/)?.[1] ?? []);
    await eventually('both lines', () => ports().length === 2);
    expect(new Set(ports()).size).toBe(2);
    await start().ready();
    expect(ports()).toHaveLength(2);
  });

  test('rejects and ends the process when its time is over', async () => {
    const process = start('obedient.ts', { timeoutMs: 50 });
    await expect(process.invoke({ act: 'hang' })).rejects.toThrow('Task timed out after 0.05 seconds');
    expect(process.hasEnded()).toBe(true);
  });

  test('rejects when the process exits in the middle of it', async () => {
    await expect(start().invoke({ act: 'exit', value: 3 })).rejects.toThrow('Runtime exited: exit status 3');
  });

  test('rejects when the process is killed in the middle of it', async () => {
    const process = start();
    await process.ready();
    const invoked = process.invoke({ act: 'hang' });
    process.kill();
    await expect(invoked).rejects.toThrow('Runtime exited: SIGKILL');
  });

  test('rejects after the process has ended', async () => {
    const process = start();
    await process.ready();
    process.kill();
    await eventually('the end of the process', () => process.hasEnded());
    await expect(process.invoke({ act: 'return' })).rejects.toThrow('Runtime exited before the invocation');
  });
});

describe('loading', () => {
  test('rejects for a module that throws, whose last words are in the log', async () => {
    const process = start('broken.ts');
    await expect(process.ready()).rejects.toThrow('Runtime exited: exit status 1');
    await process.stop();
    expect(lines.join('\n')).toContain('environment variable TABLE_NAME is missing');
  });

  test('rejects for a module without a handler', async () => {
    const process = start('without-handler.ts');
    await expect(process.invoke({})).rejects.toThrow('Runtime exited: exit status 1');
  });
});

test('stop waits until all that the function has printed is in the log', async () => {
  const process = start();
  await process.invoke({ act: 'print', value: 'first\nsecond' });
  await process.stop();
  expect(lines).toEqual(['first', 'second']);
  expect(process.hasEnded()).toBe(true);
});

test('a process outlives the Ctrl-C of its terminal, to be drained', async () => {
  const functionProcess = start();
  const pid = await functionProcess.invoke({ act: 'pid' });
  process.kill(Number(pid), 'SIGINT');
  expect(await functionProcess.invoke({ act: 'return', value: 'still here' })).toBe('still here');
});
