import { describe, expect, test } from '@jest/globals';
import { clusterId, createBench, fieldsOf, jsonOf, minute, startAt, validBody } from './support.ts';

const pace = { taskDurationMs: 4 * minute, nodeJoinMs: 2.5 * minute, listLagMs: 10_000 };
const instanceId = expect.stringMatching(/^i-[0-9a-f]+$/);

describe('DescribeClusterNodes', () => {
  test('shows a node while it joins', () => {
    const bench = createBench(pace);
    bench.buy();
    bench.pass(pace.taskDurationMs);
    expect(jsonOf(bench.nodes())).toEqual({
      nodes: [
        {
          instance_id: instanceId,
          instance_type: 'ens.sn1.tiny',
          node_name: expect.stringMatching(/^iz[0-9a-f]+$/),
          node_status: 'NotReady',
          state: 'initial',
          creation_time: '2024-05-06T07:12:09Z',
          expired_time: '2024-06-06T07:12:09Z',
          error_message: '',
          nodepool_id: '',
        },
      ],
      page: { page_number: 1, page_size: 10, total_count: 1 },
    });
    bench.pass(pace.nodeJoinMs);
    expect(jsonOf(bench.nodes())).toMatchObject({ nodes: [{ node_status: 'Ready', state: 'running' }] });
  });

  test('expires when the period that was paid for ends', () => {
    const bench = createBench(pace);
    bench.scaleOut({ body: { ...validBody, worker_period: 3 } });
    bench.pass(pace.taskDurationMs);
    expect(fieldsOf(bench.nodes(), 'nodes', 'expired_time')).toEqual(['2024-08-06T07:12:09Z']);
  });

  describe('once its lease is over', () => {
    const aNode = () => {
      const bench = createBench({ ...pace, clusters: [{ id: clusterId, region: 'cn-beijing', initialNodes: 1 }] });
      const [{ instanceId } = { instanceId: '' }] = bench.core.nodesOf(clusterId);
      const shown = () => [
        ...fieldsOf(bench.nodes(), 'nodes', 'node_status'),
        ...fieldsOf(bench.nodes(), 'nodes', 'expired_time'),
      ];
      return { bench, shown, lease: (...of: [number, number?]) => bench.core.setLease(clusterId, instanceId, ...of) };
    };

    test('is listed on, not Ready', () => {
      const { bench, shown, lease } = aNode();
      lease(startAt + minute);
      bench.pass(minute - 1);
      expect(shown()).toEqual(['Ready', '2024-05-06T07:09:09Z']);
      bench.pass(1);
      expect(shown()).toEqual(['NotReady', '2024-05-06T07:09:09Z']);
    });

    test('may go on to serve', () => {
      const { bench, shown, lease } = aNode();
      lease(startAt + minute, Number.POSITIVE_INFINITY);
      bench.pass(2 * minute);
      expect(shown()).toEqual(['Ready', '2024-05-06T07:09:09Z']);
    });

    test('boots again when it is renewed late, and goes on when it is renewed in time', () => {
      const { bench, shown, lease } = aNode();
      lease(startAt);
      bench.pass(minute);
      lease(startAt + 60 * minute);
      expect(shown()).toEqual(['NotReady', '2024-05-06T08:08:09Z']);
      bench.pass(pace.nodeJoinMs);
      lease(startAt + 120 * minute);
      expect(shown()).toEqual(['Ready', '2024-05-06T09:08:09Z']);
    });

    test('is refused for a node that there is not', () => {
      expect(() => aNode().bench.core.setLease(clusterId, 'i-none', 0)).toThrow(RangeError);
    });
  });

  test('filters by state, and counts what it filtered', () => {
    const bench = createBench({ ...pace, clusters: [{ id: clusterId, region: 'cn-beijing', initialNodes: 2 }] });
    bench.buy();
    bench.pass(pace.taskDurationMs);
    const total = (state: string) => jsonOf(bench.nodes(`state=${state}`));
    expect(total('all')).toMatchObject({ page: { total_count: 3 } });
    expect(total('running')).toMatchObject({ page: { total_count: 2 } });
    expect(total('initial')).toMatchObject({ page: { total_count: 1 } });
    expect(total('failed')).toMatchObject({ page: { total_count: 0 }, nodes: [] });
  });

  test('gives every node exactly once over its pages', () => {
    const bench = createBench({ clusters: [{ id: clusterId, region: 'cn-beijing', initialNodes: 101 }] });
    const pages = [1, 2].map((page) =>
      fieldsOf(bench.nodes(`pageNumber=${page}&pageSize=100`), 'nodes', 'instance_id'),
    );
    expect(pages.map((page) => page.length)).toEqual([100, 1]);
    expect(new Set(pages.flat()).size).toBe(101);
    expect(jsonOf(bench.nodes('pageSize=100'))).toMatchObject({ page: { total_count: 101 } });
  });

  test('knows no state that the service does not name', () => {
    expect(jsonOf(createBench().nodes('state=Ready'))).toMatchObject({ code: 'InvalidParameter.state' });
  });
});

describe('a page', () => {
  test.each(['0', '101', '-1', '1.5', 'ten', ''])('has not the size %j', (size) => {
    const bench = createBench();
    expect(jsonOf(bench.nodes(`pageSize=${size}`))).toMatchObject({ code: 'InvalidParameter.pageSize' });
    expect(jsonOf(bench.tasks(`page_size=${size}`))).toMatchObject({ code: 'InvalidParameter.page_size' });
  });

  test.each(['0', '-1', 'one'])('has not the number %j', (number) => {
    const bench = createBench();
    expect(jsonOf(bench.nodes(`pageNumber=${number}`))).toMatchObject({ code: 'InvalidParameter.pageNumber' });
    expect(jsonOf(bench.tasks(`page_number=${number}`))).toMatchObject({ code: 'InvalidParameter.page_number' });
  });
});

describe('DescribeClusterDetail', () => {
  test('describes a managed edge cluster', () => {
    const cluster = { id: clusterId, region: 'cn-beijing', name: 'shops', initialNodes: 2 };
    const bench = createBench({ ...pace, clusters: [cluster] });
    bench.buy();
    expect(jsonOf(bench.cluster())).toEqual({
      cluster_id: clusterId,
      name: 'shops',
      cluster_type: 'ManagedKubernetes',
      profile: 'Edge',
      region_id: 'cn-beijing',
      size: 2,
      state: 'running',
    });
    bench.pass(pace.taskDurationMs);
    expect(jsonOf(bench.cluster())).toMatchObject({ size: 3 });
  });

  test('shows the state that the cluster is put in', () => {
    const bench = createBench();
    bench.core.setClusterState(clusterId, 'updating');
    expect(jsonOf(bench.cluster())).toMatchObject({ state: 'updating' });
    expect(bench.core.clusters()).toEqual([
      { id: clusterId, name: clusterId, region: 'cn-beijing', state: 'updating' },
    ]);
  });
});

describe('an unknown cluster', () => {
  test('is not found by any read', () => {
    const bench = createBench();
    for (const answer of [bench.cluster('c-x'), bench.tasks('', 'c-x'), bench.nodes('', 'c-x')]) {
      expect(answer.status).toBe(404);
      expect(jsonOf(answer)).toMatchObject({ code: 'ErrorClusterNotFound' });
    }
  });
});
