import { beforeEach, describe, expect, test } from '@jest/globals';
import { clusterId, createBench, jsonOf, minute, startAt, utc } from './support.ts';

const pace = { taskDurationMs: 4 * minute, nodeJoinMs: 2.5 * minute, listLagMs: 0 };
const bought = (bench: ReturnType<typeof createBench>) => bench.core.purchases().length;

let bench: ReturnType<typeof createBench>;
beforeEach(() => {
  bench = createBench();
});

describe('what is bought', () => {
  test('is nothing without stock', () => {
    bench.core.setFault({ kind: 'no-stock' });
    const answer = bench.scaleOut();
    expect(answer.status).toBe(400);
    expect(jsonOf(answer)).toMatchObject({ code: 'QuotaExceeded.EnsInstance' });
    expect(bought(bench)).toBe(0);
  });

  test('may be less than asked, and the task succeeds all the same', () => {
    const bench = createBench(pace);
    bench.core.setFault({ kind: 'partial', got: 3 });
    const taskId = bench.buy(5);
    bench.pass(pace.taskDurationMs - 1);
    expect(bench.core.nodesOf(clusterId)).toHaveLength(2);
    bench.pass(1);
    expect(jsonOf(bench.task(taskId))).toMatchObject({
      state: 'success',
      task_result: ['success', 'success', 'success', 'failed', 'failed'].map((status) => ({ status })),
    });
    expect(bench.core.nodesOf(clusterId)).toHaveLength(3);
    expect(bench.core.purchases()).toMatchObject([{ count: 5, nodesGot: 3 }]);
  });

  test('is never more than asked', () => {
    bench.core.setFault({ kind: 'partial', got: 3 });
    bench.buy(2);
    expect(bench.core.purchases()).toMatchObject([{ count: 2, nodesGot: 2 }]);
  });

  test.each([
    [undefined, 'failed'],
    ['fail', 'fail'],
    ['failed', 'failed'],
  ] as const)('is nothing when the task fails (%s)', (spelled, state) => {
    const bench = createBench(pace);
    const failure = { code: 'NoStock', message: 'sold out' };
    bench.core.setFault({ kind: 'task-fails', ...failure, ...(spelled && { state: spelled }) });
    const taskId = bench.buy(2);
    expect(jsonOf(bench.task(taskId))).toMatchObject({ state: 'running' });
    expect(jsonOf(bench.task(taskId))).not.toHaveProperty('error');
    bench.pass(pace.taskDurationMs);
    expect(jsonOf(bench.task(taskId))).toMatchObject({
      state,
      error: failure,
      task_result: [{ status: 'failed' }, { status: 'failed' }],
    });
    expect(jsonOf(bench.tasks())).toMatchObject({ tasks: [{ state, error: failure }] });
    expect(bench.core.nodesOf(clusterId)).toEqual([]);
    expect(bench.core.purchases()).toMatchObject([{ count: 2, nodesGot: 0 }]);
  });

  test('may never join, though it is paid for', () => {
    const bench = createBench(pace);
    bench.core.setFault({ kind: 'node-never-joins', count: 1 });
    bench.buy(3);
    bench.pass(30 * 24 * 60 * minute);
    const statuses = bench.core.nodesOf(clusterId).map(({ status }) => status);
    expect(statuses).toEqual(['Ready', 'Ready', 'NotReady']);
    expect(bench.core.purchases()).toMatchObject([{ nodesGot: 3 }]);
    expect(jsonOf(bench.nodes('state=initial'))).toMatchObject({ nodes: [{ node_status: 'NotReady' }] });
  });
});

describe('a late execution', () => {
  test('answers nothing and buys when it arrives', () => {
    bench.core.setFault({ kind: 'late-execution', delayMs: 14 * minute });
    const answer = bench.scaleOut({ headers: { 'x-acs-signature-nonce': 'late' } });
    expect(answer).toEqual({ status: 0, headers: {}, body: '', delivery: { kind: 'silence' } });
    bench.pass(14 * minute - 1);
    expect(bought(bench)).toBe(0);
    bench.pass(1);
    expect(bench.core.purchases()).toMatchObject([{ at: startAt + 14 * minute, nonce: 'late', by: 'api' }]);
  });

  test('keeps its own instant, however late anyone looks', () => {
    const bench = createBench(pace);
    bench.core.setFault({ kind: 'late-execution', delayMs: minute, times: 1 });
    bench.scaleOut();
    bench.pass(60 * minute);
    expect(jsonOf(bench.tasks())).toMatchObject({
      tasks: [{ state: 'success', created: '2024-05-06T15:09:09+08:00' }],
    });
  });

  test('does not buy once the signed date is out of the window', () => {
    bench.core.setFault({ kind: 'late-execution', delayMs: 15 * minute + 1 });
    bench.scaleOut();
    bench.pass(60 * minute);
    expect(bought(bench)).toBe(0);
  });

  test('meets the cluster as it is by then', () => {
    bench.core.setFault({ kind: 'late-execution', delayMs: 2 * minute });
    bench.scaleOut();
    bench.pass(minute);
    bench.core.setClusterState(clusterId, 'updating');
    bench.pass(minute);
    bench.core.setClusterState(clusterId, 'running');
    expect(bought(bench)).toBe(0);
  });

  test('happens in the order of arrival', () => {
    for (const [nonce, delayMs] of [
      ['slow', 2 * minute],
      ['fast', minute],
    ] as const) {
      bench.core.setFault({ kind: 'late-execution', delayMs, times: 1 });
      bench.scaleOut({ headers: { 'x-acs-signature-nonce': nonce } });
    }
    bench.pass(5 * minute);
    expect(bench.core.purchases()).toMatchObject([{ nonce: 'fast' }, { nonce: 'slow' }]);
  });

  test('does not buy twice with one nonce', () => {
    bench.core.setFault({ kind: 'late-execution', delayMs: minute, times: 1 });
    const headers = { 'x-acs-signature-nonce': 'once', 'x-acs-date': utc(startAt) };
    bench.scaleOut({ headers });
    bench.scaleOut({ headers });
    bench.pass(minute);
    expect(bought(bench)).toBe(1);
  });
});
