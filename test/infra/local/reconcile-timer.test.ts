import { expect, test } from '@jest/globals';
import { startReconcileTimer } from '../../../infra/local/reconcile-timer.ts';
import { createGate, createTestClock, eventually } from './support.ts';

function start(invoke: () => Promise<unknown>) {
  const clock = createTestClock(0);
  const failures: string[] = [];
  const timer = startReconcileTimer({ everyMs: 60_000, clock, invoke, onFailure: (why) => failures.push(why) });
  return { clock, failures, timer };
}

test('runs every minute, also after a run that failed', async () => {
  let runs = 0;
  const { clock, failures, timer } = start(() => {
    runs += 1;
    return runs === 1 ? Promise.reject(new Error('ledger unreachable')) : Promise.resolve();
  });
  expect(runs).toBe(0);
  clock.pass(60_000);
  await eventually('the next timer', () => clock.waiting() === 1);
  clock.pass(60_000);
  expect(runs).toBe(2);
  expect(failures).toEqual(['ledger unreachable']);
  await timer.stop();
});

test('a run that is asked for joins the one that is under way', async () => {
  let runs = 0;
  const gate = createGate();
  const { clock, timer } = start(() => {
    runs += 1;
    return gate.passed;
  });
  clock.pass(60_000);
  const asked = timer.runNow();
  gate.open();
  await asked;
  expect(runs).toBe(1);
  await timer.stop();
});

test('a run that is asked for rejects when it fails', async () => {
  const { timer } = start(() => Promise.reject(new Error('ledger unreachable')));
  await expect(timer.runNow()).rejects.toThrow('ledger unreachable');
  await timer.stop();
});

test('stop waits for the run that is under way, and sets no further timer', async () => {
  const gate = createGate();
  let ended = false;
  const { clock, timer } = start(() => gate.passed.then(() => (ended = true)));
  clock.pass(60_000);
  const stopped = timer.stop();
  gate.open();
  await stopped;
  expect(ended).toBe(true);
  expect(clock.waiting()).toBe(0);
});
