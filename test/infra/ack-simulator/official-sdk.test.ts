// The official SDK signs, sends and reads on its own. What it gets from the simulator is what it would understand of the
// service, so it is the judge of our spelling of both.
import sdk, { DescribeClusterNodesRequest, DescribeClusterTasksRequest } from '@alicloud/cs20151215';
import { $OpenApiUtil } from '@alicloud/openapi-core';
import { RuntimeOptions } from '@darabonba/typescript';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AckSimulator, startAckSimulator } from '../../../infra/local/ack-simulator/server.ts';
import { accessKey, clusterId, validBody } from './support.ts';

const sts = { accessKeyId: 'STS.EXAMPLE', accessKeySecret: 'sts-secret', securityToken: 'STS-EXAMPLE-TOKEN' };
let simulator: AckSimulator;

beforeAll(async () => {
  simulator = await startAckSimulator({
    clusters: [{ id: clusterId, region: 'cn-beijing', name: 'shops', initialNodes: 1 }],
    accessKeys: [accessKey, sts],
    taskDurationMs: 0,
    nodeJoinMs: 0,
    listLagMs: 0,
  });
});
afterAll(() => simulator.close());

const client = (key: Partial<typeof sts> = accessKey) =>
  new sdk.default(new $OpenApiUtil.Config({ ...key, protocol: 'http', endpoint: new URL(simulator.url).host }));

/** The typed request of the SDK lacks half of the parameters, so the body goes through its generic call. */
const scaleOut = (key?: Partial<typeof sts>, body: object = validBody): Promise<Record<string, unknown>> =>
  client(key).callApi(
    new $OpenApiUtil.Params({
      action: 'ScaleOutCluster',
      version: '2015-12-15',
      protocol: 'HTTP',
      pathname: `/api/v2/clusters/${clusterId}`,
      method: 'POST',
      authType: 'AK',
      style: 'ROA',
      reqBodyType: 'json',
      bodyType: 'json',
    }),
    new $OpenApiUtil.OpenApiRequest({ headers: {}, body }),
    new RuntimeOptions({}),
  );

/** The task id of a purchase that went well. */
async function bought(key?: Partial<typeof sts>): Promise<string> {
  const { body } = await scaleOut(key);
  const taskId: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'task_id') : undefined;
  return String(taskId);
}

describe('the official SDK', () => {
  test('scales out', async () => {
    const answer = await scaleOut();
    expect(answer).toMatchObject({
      statusCode: 202,
      body: {
        cluster_id: clusterId,
        request_id: expect.any(String),
        task_id: simulator.core.purchases().at(-1)?.taskId,
      },
    });
  });

  test('scales out with an STS token', async () => {
    expect(await bought(sts)).toBe(simulator.core.purchases().at(-1)?.taskId);
  });

  test('reads a task in every field', async () => {
    const taskId = await bought();
    const { body } = await client().describeTaskInfo(taskId);
    expect(body).toMatchObject({
      taskId,
      clusterId,
      taskType: 'cluster_scaleout',
      state: 'success',
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
      updated: expect.stringMatching(/\+08:00$/),
      target: { id: clusterId, type: 'cluster' },
      parameters: {},
      taskResult: [{ data: expect.stringMatching(/^i-/), status: 'success' }],
    });
  });

  test('reads the error of a task that failed', async () => {
    simulator.core.setFault({ kind: 'task-fails', code: 'NoStock', message: 'sold out', times: 1 });
    const taskId = await bought();
    const { body } = await client().describeTaskInfo(taskId);
    expect(body).toMatchObject({ state: 'failed', error: { code: 'NoStock', message: 'sold out' } });
  });

  test('lists tasks page by page', async () => {
    const [first, second] = [await bought(), await bought()];
    const pageSize = 1;
    const listed: (string | undefined)[] = [];
    for (let pageNumber = 1; pageNumber <= simulator.core.tasksOf(clusterId).length; pageNumber += 1) {
      const request = new DescribeClusterTasksRequest({ pageNumber, pageSize });
      const { body } = await client().describeClusterTasks(clusterId, request);
      expect(body?.pageInfo).toMatchObject({
        pageNumber,
        pageSize,
        totalCount: simulator.core.tasksOf(clusterId).length,
      });
      listed.push(...(body?.tasks ?? []).map(({ taskId }) => taskId));
    }
    expect(listed).toEqual(expect.arrayContaining([first, second]));
    expect(new Set(listed).size).toBe(listed.length);
  });

  test('reads nodes in every field', async () => {
    const request = new DescribeClusterNodesRequest({ pageNumber: '1', pageSize: '1', state: 'all' });
    const { body } = await client().describeClusterNodes(clusterId, request);
    expect(body?.page).toMatchObject({ pageNumber: 1, pageSize: 1 });
    expect(body?.nodes).toMatchObject([
      {
        instanceId: expect.stringMatching(/^i-/),
        instanceType: 'ens.sn1.small',
        nodeName: expect.stringMatching(/^iz/),
        nodeStatus: 'Ready',
        state: 'running',
        creationTime: expect.stringMatching(/Z$/),
        expiredTime: expect.stringMatching(/Z$/),
        errorMessage: '',
        nodepoolId: '',
      },
    ]);
  });

  test('reads the cluster in every field', async () => {
    const { body } = await client().describeClusterDetail(clusterId);
    expect(body).toMatchObject({
      clusterId,
      name: 'shops',
      clusterType: 'ManagedKubernetes',
      profile: 'Edge',
      regionId: 'cn-beijing',
      size: simulator.core.nodesOf(clusterId).length,
      state: 'running',
    });
  });

  test.each([
    ['a wrong secret', { ...accessKey, accessKeySecret: 'wrong' }, 400, 'SignatureDoesNotMatch'],
    ['an unknown key', { ...accessKey, accessKeyId: 'LTAI-nobody' }, 404, 'InvalidAccessKeyId.NotFound'],
    ['an old token', { ...sts, securityToken: 'STS-YESTERDAY' }, 400, 'InvalidSecurityToken.Expired'],
  ])('is refused with %s', async (_what, key, statusCode, code) => {
    const before = simulator.core.purchases().length;
    await expect(scaleOut(key)).rejects.toMatchObject({ statusCode, code });
    expect(simulator.core.purchases()).toHaveLength(before);
  });

  test('reads the code of a refusal by the service', async () => {
    await expect(scaleOut(accessKey, { ...validBody, count: 0 })).rejects.toMatchObject({
      statusCode: 400,
      code: 'InvalidParameter.count',
    });
  });

  test('reads how long throttling asks it to wait', async () => {
    simulator.core.setFault({ kind: 'throttle', status: 429, retryAfterMs: 1500, times: 1 });
    await expect(scaleOut()).rejects.toMatchObject({ name: 'ThrottlingError', retryAfter: 1500 });
  });
});
