import { type AckCoreOptions, createAckCore } from '../../../functions/backtest/world/ack/core.ts';
import type { SimAnswer, SimRequest } from '../../../functions/backtest/world/ack/messages.ts';
import type { Operation } from '../../../functions/backtest/world/ack/routes.ts';
import { createRandom } from '../../../functions/backtest/world/random.ts';
import { sampleRequest as validBody } from '../../support/samples.ts';

export { validBody };

export const minute = 60_000;
export const clusterId = 'Cccfd68c474454665ace07efce924aaaa';
export const startAt = Date.parse('2024-05-06T07:08:09Z');
export const accessKey = { accessKeyId: 'LTAI5tEXAMPLEKEYID', accessKeySecret: 'EXAMPLEsecret0123456789abcdefgh' };

export const utc = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

type Sent = { body?: object | string; headers?: Record<string, string | undefined>; query?: string };

/** A core with a clock that only the test moves, and unsigned requests unless signatures are what is tested. */
export function createBench(options: Partial<AckCoreOptions> = {}) {
  let now = startAt;
  let sent = 0;
  const core = createAckCore({
    now: () => now,
    random: createRandom(1),
    clusters: [{ id: clusterId, region: 'cn-beijing' }],
    accessKeys: [accessKey],
    verifySignatures: false,
    ...options,
  });

  function request(
    operation: Operation,
    method: string,
    path: string,
    { body = '', headers, query = '' }: Sent,
  ): SimRequest {
    sent += 1;
    const all = {
      host: 'cs.cn-beijing.aliyuncs.com',
      'x-acs-version': '2015-12-15',
      'x-acs-action': operation,
      'x-acs-date': utc(now),
      'x-acs-signature-nonce': `nonce-${sent}`,
      ...(method === 'POST' && { 'content-type': 'application/json; charset=utf-8' }),
      ...headers,
    };
    const present = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return { method, path, query, headers: Object.fromEntries(present), body: text };
  }

  const read = (operation: Operation, path: string, query = '') =>
    core.handle(request(operation, 'GET', path, { query }));
  const scaleOutRequest = (given: Sent = {}, id = clusterId) =>
    request('ScaleOutCluster', 'POST', `/api/v2/clusters/${id}`, { body: validBody, ...given });
  const scaleOut = (given?: Sent, id?: string): SimAnswer => core.handle(scaleOutRequest(given, id));

  return {
    core,
    pass: (ms: number) => {
      now += ms;
    },
    request,
    scaleOutRequest,
    scaleOut,
    buy(count = 1, id = clusterId): string {
      const { executed } = scaleOut({ body: { ...validBody, count } }, id);
      if (executed === undefined) throw new Error('the simulator refused a purchase that a test relies on');
      return executed;
    },
    task: (id: string) => read('DescribeTaskInfo', `/tasks/${id}`),
    tasks: (query = '', id = clusterId) => read('DescribeClusterTasks', `/clusters/${id}/tasks`, query),
    nodes: (query = '', id = clusterId) => read('DescribeClusterNodes', `/clusters/${id}/nodes`, query),
    cluster: (id = clusterId) => read('DescribeClusterDetail', `/clusters/${id}`),
  };
}

export const jsonOf = (answer: { body: string }): unknown => JSON.parse(answer.body);

/** The items under one key of a JSON answer, each reduced to one of its fields. */
export function fieldsOf(answer: { body: string }, list: string, field: string): string[] {
  const json = jsonOf(answer);
  const items: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, list) : undefined;
  if (!Array.isArray(items)) throw new Error(`${list} is no list in ${answer.body}`);
  return items.map((item: object) => String(Reflect.get(item, field)));
}
