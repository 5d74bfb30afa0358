import { beforeEach, describe, expect, test } from '@jest/globals';
import { createRandom } from '../../../functions/backtest/world/random.ts';
import { clusterId, createBench, jsonOf, minute, startAt, validBody } from './support.ts';

const pace = { taskDurationMs: 4 * minute, nodeJoinMs: 2.5 * minute, listLagMs: 10_000 };
const serviceError = (code: string) => ({ code, message: expect.any(String), requestId: expect.any(String) });

let bench: ReturnType<typeof createBench>;
beforeEach(() => {
  bench = createBench();
});

describe('a scale-out', () => {
  test('answers 202 with the identifiers of the specification', () => {
    const answer = createBench().scaleOut();
    expect(answer.status).toBe(202);
    expect(jsonOf(answer)).toEqual({
      cluster_id: clusterId,
      request_id: expect.stringMatching(/^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-A[0-9A-F]{3}-[0-9A-F]{12}$/),
      task_id: expect.stringMatching(/^T-[0-9a-f]{24}$/),
    });
    expect(answer).toMatchObject({
      delivery: { kind: 'answer', delayMs: 0 },
      headers: { date: 'Mon, 06 May 2024 07:08:09 GMT', 'content-type': 'application/json; charset=utf-8' },
    });
  });

  test('is recorded with the identifiers that its answer carries', () => {
    const answer = bench.scaleOut({ body: { ...validBody, count: 3 }, headers: { 'x-acs-signature-nonce': 'n-1' } });
    expect(bench.core.purchases()).toEqual([
      {
        taskId: answer.executed,
        clusterId,
        count: 3,
        nodesGot: 3,
        at: startAt,
        nonce: 'n-1',
        requestId: answer.headers['x-acs-request-id'],
        by: 'api',
      },
    ]);
    expect(jsonOf(answer)).toMatchObject({ task_id: answer.executed });
  });

  test('that is repeated buys again', () => {
    expect(bench.buy()).not.toBe(bench.buy());
    expect(bench.core.purchases()).toHaveLength(2);
  });

  test('leaves no trace of the password', () => {
    const taskId = bench.buy();
    const { core } = bench;
    const seen = [core.purchases(), core.tasksOf(clusterId), core.nodesOf(clusterId), bench.task(taskId)];
    expect(JSON.stringify(seen)).not.toContain(validBody.login_password);
  });

  test.each([undefined, 'text/plain', 'application/x-www-form-urlencoded'])('is refused as %j', (type) => {
    const answer = createBench().scaleOut({ headers: { 'content-type': type } });
    expect([answer.status, jsonOf(answer)]).toEqual([400, serviceError('InvalidContentType')]);
  });

  test('is refused for an unknown cluster', () => {
    const answer = createBench().scaleOut({}, 'c-unknown');
    expect([answer.status, jsonOf(answer)]).toEqual([404, serviceError('ErrorClusterNotFound')]);
  });

  test.each(['scaling', 'updating', 'deleting', 'unavailable'] as const)(
    'is refused by a cluster that is %s',
    (state) => {
      bench.core.setClusterState(clusterId, state);
      const answer = bench.scaleOut();
      expect([answer.status, jsonOf(answer)]).toEqual([400, serviceError('ErrorClusterState')]);
      expect(bench.core.purchases()).toEqual([]);
    },
  );

  test('is refused beyond the quota of a cluster', () => {
    const bench = createBench({ clusters: [{ id: clusterId, region: 'cn-beijing', initialNodes: 4_990 }] });
    const eleven = bench.scaleOut({ body: { ...validBody, count: 11 } });
    expect([eleven.status, jsonOf(eleven)]).toEqual([400, serviceError('QuotaExceeded.ClusterNodes')]);
    bench.buy(10);
    expect(jsonOf(bench.scaleOut())).toEqual(serviceError('QuotaExceeded.ClusterNodes'));
  });
});

describe('while a scale-out runs', () => {
  test('the cluster takes another one by default', () => {
    bench.buy();
    expect(bench.scaleOut().status).toBe(202);
  });

  test('its nodes boot one after the other, the last one when the task ends, and join later', () => {
    const bench = createBench(pace);
    bench.buy(2);
    const statuses = () => bench.core.nodesOf(clusterId).map(({ status }) => status);
    const states = () => bench.core.tasksOf(clusterId).map(({ state }) => state);
    expect([statuses(), states()]).toEqual([[], ['running']]);
    bench.pass(2 * minute);
    expect(statuses()).toEqual(['NotReady']);
    bench.pass(2 * minute);
    expect([statuses(), states()]).toEqual([['NotReady', 'NotReady'], ['success']]);
    bench.pass(minute / 2);
    expect(statuses()).toEqual(['Ready', 'NotReady']);
    bench.pass(2 * minute);
    expect(statuses()).toEqual(['Ready', 'Ready']);
  });
});

describe('a person in the console', () => {
  test('buys nodes that are no request of ours', () => {
    const taskId = bench.core.consoleScaleOut(clusterId, 2);
    expect(bench.core.purchases()).toMatchObject([{ taskId, count: 2, nodesGot: 2, nonce: null, by: 'console' }]);
    expect(jsonOf(bench.task(taskId ?? ''))).toMatchObject({ task_type: 'cluster_scaleout', state: 'running' });
  });

  test('cannot buy for a cluster that does not run', () => {
    bench.core.setClusterState(clusterId, 'updating');
    expect(bench.core.consoleScaleOut(clusterId, 2)).toBeUndefined();
    expect(bench.core.purchases()).toEqual([]);
  });

  test.each([0, -1, 1.5, Number.NaN])('cannot buy %d nodes', (count) => {
    expect(() => createBench().core.consoleScaleOut(clusterId, count)).toThrow(RangeError);
  });

  test('starts other tasks, which buy nothing', () => {
    const taskId = bench.core.consoleTask(clusterId, 'cluster_addon_install');
    expect(bench.core.tasksOf(clusterId)).toMatchObject([{ taskId, taskType: 'cluster_addon_install' }]);
    expect(bench.core.purchases()).toEqual([]);
  });

  test('finds no cluster that was not declared', () => {
    const { core } = createBench();
    expect(() => core.nodesOf('c-unknown')).toThrow(RangeError);
    expect(() => core.tasksOf('c-unknown')).toThrow(RangeError);
    expect(() => core.setClusterState('c-unknown', 'running')).toThrow(RangeError);
    expect(() => core.consoleScaleOut('c-unknown', 1)).toThrow(RangeError);
    expect(() => core.consoleTask('c-unknown', 'x')).toThrow(RangeError);
  });
});

describe('the simulator', () => {
  test('tells the same story for the same clock, randomness and requests', () => {
    const story = () => {
      const bench = createBench({ random: createRandom(7) });
      const answers = [bench.scaleOut(), bench.tasks(), bench.nodes(), bench.scaleOut({ body: {} })];
      return [answers, bench.core.purchases()];
    };
    expect(story()).toEqual(story());
  });

  test('makes task and instance ids that never repeat, even of a random source that does', () => {
    const bench = createBench({ random: () => 0.5 });
    for (let task = 0; task < 50; task += 1) bench.buy(4);
    bench.pass(10 * minute);
    const nodes = bench.core.nodesOf(clusterId).map(({ instanceId }) => instanceId);
    expect(new Set(bench.core.purchases().map(({ taskId }) => taskId)).size).toBe(50);
    expect(new Set(nodes).size).toBe(200);
  });

  test('refuses two clusters with one id', () => {
    const cluster = { id: clusterId, region: 'cn-beijing' };
    expect(() => createBench({ clusters: [cluster, cluster] })).toThrow(RangeError);
  });
});
