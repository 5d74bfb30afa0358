import { beforeEach, describe, expect, test } from '@jest/globals';
import { createBench } from './support.ts';

let bench: ReturnType<typeof createBench>;
beforeEach(() => {
  bench = createBench();
});

describe('a fault', () => {
  test('strikes as often as its budget says, and is then gone', () => {
    bench.core.setFault({ kind: 'throttle', status: 429, times: 2 });
    expect(bench.scaleOut().status).toBe(429);
    expect(bench.core.faults()).toEqual([{ kind: 'throttle', status: 429, times: 1 }]);
    expect(bench.scaleOut().status).toBe(429);
    expect(bench.core.faults()).toEqual([]);
    expect(bench.scaleOut().status).toBe(202);
  });

  test('strikes until it is cleared when it has no budget', () => {
    bench.core.setFault({ kind: 'throttle', status: 429 });
    expect([bench.scaleOut().status, bench.scaleOut().status, bench.scaleOut().status]).toEqual([429, 429, 429]);
    bench.core.clearFaults();
    expect(bench.scaleOut().status).toBe(202);
  });

  test('gives way to the one that was set before it', () => {
    bench.core.setFault({ kind: 'throttle', status: 429, times: 1 });
    bench.core.setFault({ kind: 'error', status: 503, when: 'before', times: 1 });
    expect([bench.scaleOut().status, bench.scaleOut().status, bench.scaleOut().status]).toEqual([429, 503, 202]);
  });

  test('strikes its own cluster only', () => {
    const clusters = ['c-1', 'c-2'].map((id) => ({ id, region: 'cn-beijing' }));
    const bench = createBench({ clusters });
    bench.core.setFault({ kind: 'no-stock', clusterId: 'c-2' });
    expect([bench.scaleOut({}, 'c-1').status, bench.scaleOut({}, 'c-2').status]).toEqual([202, 400]);
  });

  test('leaves reads alone unless it names them', () => {
    bench.core.setFault({ kind: 'error', status: 503, when: 'before' });
    expect([bench.tasks().status, bench.scaleOut().status]).toEqual([200, 503]);
  });

  test('strikes the read that it names', () => {
    bench.core.setFault({ kind: 'error', status: 503, when: 'after', operation: 'DescribeClusterTasks' });
    expect([bench.tasks().status, bench.nodes().status, bench.scaleOut().status]).toEqual([503, 200, 202]);
  });

  test('strikes any operation, a task read by the cluster of the task', () => {
    const clusters = ['c-1', 'c-2'].map((id) => ({ id, region: 'cn-beijing' }));
    const bench = createBench({ clusters });
    const [first, second] = [bench.buy(1, 'c-1'), bench.buy(1, 'c-2')];
    bench.core.setFault({ kind: 'throttle', status: 429, operation: 'any', clusterId: 'c-1' });
    expect([bench.task(first).status, bench.task(second).status]).toEqual([429, 200]);
    expect([bench.cluster('c-1').status, bench.cluster('c-2').status]).toEqual([429, 200]);
  });

  test('of what is bought is not used up by an invalid request', () => {
    bench.core.setFault({ kind: 'partial', got: 0, times: 1 });
    bench.scaleOut({ body: {} });
    bench.buy(1);
    expect(bench.core.purchases()).toMatchObject([{ nodesGot: 0 }]);
  });
});
