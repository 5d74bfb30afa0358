import { beforeEach, describe, expect, test } from '@jest/globals';
import { clusterId, createBench, fieldsOf, jsonOf, minute } from './support.ts';

const pace = { taskDurationMs: 4 * minute, nodeJoinMs: 2.5 * minute, listLagMs: 10_000 };
const instanceId = expect.stringMatching(/^i-[0-9a-f]+$/);

let bench: ReturnType<typeof createBench>;
beforeEach(() => {
  bench = createBench(pace);
});

describe('DescribeTaskInfo', () => {
  test('shows a running scale-out, and nothing that the caller sent', () => {
    const taskId = bench.buy(2);
    bench.pass(2 * minute);
    expect(jsonOf(bench.task(taskId))).toEqual({
      task_id: taskId,
      cluster_id: clusterId,
      task_type: 'cluster_scaleout',
      state: 'running',
      created: '2024-05-06T15:08:09+08:00',
      updated: '2024-05-06T15:08:09+08:00',
      target: { id: clusterId, type: 'cluster' },
      parameters: {},
      events: [],
      stages: [],
      task_result: [
        { data: instanceId, status: 'success' },
        { data: instanceId, status: 'initial' },
      ],
    });
  });

  test('shows its end, when all instances are there', () => {
    const taskId = bench.buy(2);
    bench.pass(10 * minute);
    expect(jsonOf(bench.task(taskId))).toMatchObject({
      state: 'success',
      updated: '2024-05-06T15:12:09+08:00',
      task_result: [{ status: 'success' }, { status: 'success' }],
    });
  });

  test('knows a task at once, before the list does', () => {
    expect(bench.task(bench.buy()).status).toBe(200);
  });

  test('rounds the creation down to the second', () => {
    bench.pass(999);
    expect(jsonOf(bench.task(bench.buy()))).toMatchObject({ created: '2024-05-06T15:08:09+08:00' });
  });

  test('does not know a task that never was', () => {
    const answer = createBench().task('T-000000000000000000000000');
    expect(answer).toMatchObject({ status: 404 });
    expect(jsonOf(answer)).toMatchObject({ code: 'ErrorTaskNotFound' });
  });
});

describe('DescribeClusterTasks', () => {
  test('lists a task without its parameters, its cluster or its nodes', () => {
    const taskId = bench.buy();
    bench.pass(pace.listLagMs);
    expect(jsonOf(bench.tasks())).toEqual({
      page_info: { page_number: 1, page_size: 10, total_count: 1 },
      tasks: [
        {
          task_id: taskId,
          task_type: 'cluster_scaleout',
          state: 'running',
          created: '2024-05-06T15:08:09+08:00',
          updated: '2024-05-06T15:08:09+08:00',
        },
      ],
    });
  });

  test('lags behind', () => {
    bench.buy();
    bench.pass(pace.listLagMs - 1);
    expect(jsonOf(bench.tasks())).toMatchObject({ page_info: { total_count: 0 }, tasks: [] });
    bench.pass(1);
    expect(jsonOf(bench.tasks())).toMatchObject({ page_info: { total_count: 1 } });
  });

  test('lags behind by a time of its own, with a date of its own, where they are drawn for each task', () => {
    const listings = [
      { lagMs: 20 * minute, datedMs: -2 * minute },
      { lagMs: minute, datedMs: 2 * minute },
    ];
    const bench = createBench({ ...pace, drawListing: () => listings.shift() ?? { lagMs: 0, datedMs: 0 } });
    bench.buy();
    bench.buy();
    bench.pass(20 * minute - 1);
    expect(fieldsOf(bench.tasks(), 'tasks', 'created')).toEqual(['2024-05-06T15:10:09+08:00']);
    bench.pass(1);
    expect(fieldsOf(bench.tasks(), 'tasks', 'created').toSorted()).toEqual([
      '2024-05-06T15:06:09+08:00',
      '2024-05-06T15:10:09+08:00',
    ]);
  });

  test('is sorted by time neither up nor down', () => {
    const bench = createBench({ ...pace, listLagMs: 0 });
    for (let task = 0; task < 5; task += 1) {
      bench.buy();
      bench.pass(minute);
    }
    const created = fieldsOf(bench.tasks(), 'tasks', 'created');
    expect(created).not.toEqual(created.toSorted());
    expect(created).not.toEqual(created.toSorted().reverse());
  });

  test('gives every task exactly once over its pages', () => {
    const bench = createBench({ ...pace, listLagMs: 0 });
    const bought = Array.from({ length: 7 }, () => bench.buy());
    const pages = [1, 2, 3, 4].map((page) =>
      fieldsOf(bench.tasks(`page_number=${page}&page_size=3`), 'tasks', 'task_id'),
    );
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1, 0]);
    expect(jsonOf(bench.tasks('page_size=3'))).toMatchObject({ page_info: { total_count: 7 } });
    expect(pages.flat().toSorted()).toEqual(bought.toSorted());
  });

  test('shows what else a person did to the cluster', () => {
    const bench = createBench({ ...pace, listLagMs: 0 });
    bench.core.consoleTask(clusterId, 'cluster_addon_install');
    expect(fieldsOf(bench.tasks(), 'tasks', 'task_type')).toEqual(['cluster_addon_install']);
  });

  test('is empty for a cluster that has none, whatever another one has', () => {
    const clusters = ['c-1', 'c-2'].map((id) => ({ id, region: 'cn-beijing' }));
    const bench = createBench({ ...pace, listLagMs: 0, clusters });
    bench.buy(1, 'c-1');
    expect(jsonOf(bench.tasks('', 'c-2'))).toMatchObject({ page_info: { total_count: 0 }, tasks: [] });
  });
});
