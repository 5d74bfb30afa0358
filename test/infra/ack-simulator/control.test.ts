import { afterEach, describe, expect, test } from '@jest/globals';
import { closeAll, control, scaleOut, start } from './http.ts';
import { clusterId } from './support.ts';

afterEach(closeAll);

describe('the control API', () => {
  test('shows the world', async () => {
    const simulator = await start();
    await scaleOut(simulator);
    simulator.core.setFault({ kind: 'no-stock', times: 2 });
    expect(await control(simulator, 'GET', 'state')).toMatchObject({
      status: 200,
      json: {
        now: expect.any(Number),
        clusters: [{ id: clusterId, state: 'running', tasks: [{ state: 'running' }], nodes: [] }],
        purchases: [{ clusterId, count: 1, by: 'api' }],
        faults: [{ kind: 'no-stock', times: 2 }],
      },
    });
  });

  test('sets and clears faults', async () => {
    const simulator = await start();
    const faults = [{ kind: 'throttle', status: 429, times: 3 }];
    expect(await control(simulator, 'POST', 'faults', faults[0])).toEqual({ status: 201, json: { faults } });
    expect((await scaleOut(simulator)).status).toBe(429);
    expect(await control(simulator, 'DELETE', 'faults')).toEqual({ status: 200, json: { faults: [] } });
    expect((await scaleOut(simulator)).status).toBe(202);
  });

  test.each([
    [{ kind: 'explode' }, 'kind'],
    [{}, 'kind'],
    [{ kind: 'throttle', status: 418 }, 'status'],
    [{ kind: 'throttle', status: 429, times: 0 }, 'times'],
    [{ kind: 'throttle', status: 429, retryAfter: 3 }, 'retryAfter'],
    [{ kind: 'latency', ms: -1 }, 'ms'],
    [{ kind: 'latency', ms: 1, operation: 'CreateCluster' }, 'operation'],
    [{ kind: 'drop' }, 'when'],
    [{ kind: 'error', status: 403, when: 'after' }, 'status'],
    [{ kind: 'partial', got: 1.5 }, 'got'],
    [{ kind: 'task-fails', code: '', message: '' }, 'code'],
    [{ kind: 'late-execution', delayMs: '1' }, 'delayMs'],
  ])('refuses the fault %j for its %s', async (fault, field) => {
    const simulator = await start();
    expect(await control(simulator, 'POST', 'faults', fault)).toEqual({
      status: 400,
      json: { error: expect.any(String), field },
    });
    expect(simulator.core.faults()).toEqual([]);
  });

  test.each(['', '[]', '{'])('refuses the body %j', async (body) => {
    const simulator = await start();
    for (const path of ['faults', 'console-purchase', `clusters/${clusterId}/state`])
      expect(await control(simulator, 'POST', path, body)).toMatchObject({ status: 400 });
  });

  test('puts a cluster in a state', async () => {
    const simulator = await start();
    const path = `clusters/${clusterId}/state`;
    expect(await control(simulator, 'POST', path, { state: 'updating' })).toMatchObject({ status: 200 });
    expect((await scaleOut(simulator)).status).toBe(400);
    expect(await control(simulator, 'POST', path, { state: 'busy' })).toMatchObject({
      status: 400,
      json: { field: 'state' },
    });
    expect(await control(simulator, 'POST', 'clusters/c-x/state', { state: 'running' })).toMatchObject({ status: 404 });
  });

  test("ends a node's lease, and renews it", async () => {
    const simulator = await start({ clusters: [{ id: clusterId, region: 'cn-beijing', initialNodes: 1 }] });
    const { core } = simulator;
    const [{ instanceId } = { instanceId: '' }] = core.nodesOf(clusterId);
    const lease = (of: object, node = instanceId, its = clusterId) =>
      control(simulator, 'POST', `clusters/${its}/nodes/${node}/lease`, of);
    const past = { endsAt: '2020-01-01T00:00:00Z' };
    expect(await lease(past)).toMatchObject({ status: 200, json: { instanceId, ...past } });
    expect(core.nodesOf(clusterId)).toMatchObject([{ status: 'NotReady' }]);
    expect(await lease({ ...past, serves: true })).toMatchObject({ status: 200 });
    expect(core.nodesOf(clusterId)).toMatchObject([{ expiresAt: Date.parse(past.endsAt), stopsAt: Infinity }]);
    expect(await lease({ endsAt: 'soon' })).toMatchObject({ status: 400, json: { field: 'endsAt' } });
    expect(await lease(past, 'i-none')).toMatchObject({ status: 404 });
    expect(await lease(past, instanceId, 'c-x')).toMatchObject({ status: 404 });
  });

  test('buys as a person does', async () => {
    const simulator = await start();
    const buy = (body: object) => control(simulator, 'POST', 'console-purchase', body);
    expect(await buy({ clusterId, count: 2 })).toEqual({ status: 201, json: { taskId: expect.any(String) } });
    expect(simulator.core.purchases()).toMatchObject([{ count: 2, by: 'console' }]);
    expect(await buy({ clusterId, count: 0 })).toMatchObject({ status: 400, json: { field: 'count' } });
    expect(await buy({ clusterId: 'c-x', count: 1 })).toMatchObject({ status: 404, json: { field: 'clusterId' } });
    simulator.core.setClusterState(clusterId, 'updating');
    expect(await buy({ clusterId, count: 1 })).toMatchObject({ status: 409 });
  });

  test.each([
    ['POST', 'state'],
    ['GET', 'faults'],
    ['GET', `clusters/${clusterId}/state`],
    ['GET', 'clusters/%E0/state'],
    ['GET', ''],
  ])('has nothing at %s %s', async (method, path) => {
    expect(await control(await start(), method, path)).toMatchObject({ status: 404 });
  });
});
