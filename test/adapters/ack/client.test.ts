import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type AckClientDeps, type AckPurchase, createAckClient } from '../../../functions/adapters/ack/client.ts';
import { createHttpTransport, type Transport } from '../../../functions/adapters/ack/http-transport.ts';
import { signRequest } from '../../../functions/adapters/ack/signature.ts';
import { AckReadError } from '../../../functions/domain/ack/read-error.ts';
import { timings } from '../../../functions/domain/timings.ts';
import { closedPort, closeServers, isComplete, serveBytes, serveHttp } from '../../support/loopback-server.ts';

afterEach(closeServers);

const clusterId = 'Cccfd68c474454665ace07efce924aaaa';
const region = 'cn-hangzhou';
const password = `Canary<&>'/1234!`;
const credentials = {
  accessKeyId: 'LTAI5tEXAMPLEKEYID',
  accessKeySecret: 'CANARYsecret0123456789',
  securityToken: 'CANARY/token+0123456789==',
};
const now = Date.parse('2026-11-11T10:00:00Z');
const purchase: AckPurchase = {
  clusterId,
  region,
  template: {
    timeout_mins: 60,
    worker_instance_type: 'ens.sn1.tiny',
    ens_region_id: 'cn-beijing-telecom',
    worker_image_id: 'm-2QVLO2T8NYgm8CNQVg15gF',
    ens_internet_charge_type: 'BandwidthByDay',
    worker_period: 1,
    worker_system_disk_size: 20,
  },
  count: 2,
  nonce: 'nonce-of-the-purchase',
  signedAt: now - 1000,
};
const purchaseBody = `{"timeout_mins":60,"worker_instance_type":"ens.sn1.tiny","ens_region_id":"cn-beijing-telecom","worker_image_id":"m-2QVLO2T8NYgm8CNQVg15gF","ens_internet_charge_type":"BandwidthByDay","worker_period":1,"login_password":"${password}","count":2,"worker_system_disk_size":20,"is_edge_worker":true}`;

/** Over real sockets. */
const deps: AckClientDeps = {
  transport: createHttpTransport(),
  credentials: async () => credentials,
  loginPassword: async () => password,
  now: () => now,
  newNonce: () => 'nonce-of-a-read',
};
const clientOf = ({ port }: { readonly port: number }, change: Partial<AckClientDeps> = {}) =>
  createAckClient({ ...deps, endpoint: `http://127.0.0.1:${port}`, ...change });

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  serveHttp((response) => response.writeHead(status, headers).end(JSON.stringify(body)));
const serveOnce = (act: (socket: Socket) => void) =>
  serveBytes((socket, text) => {
    if (isComplete(text)) act(socket);
  });

describe('scaleOut', () => {
  test('sends the signed request of the specification, once', async () => {
    const server = await json(202, { cluster_id: clusterId, request_id: 'R-1', task_id: 'T-1' });
    expect(await clientOf(server).scaleOut(purchase)).toEqual({ kind: 'accepted', taskId: 'T-1', requestId: 'R-1' });
    const path = `/api/v2/clusters/${clusterId}`;
    const signed = signRequest({
      method: 'POST',
      path,
      query: {},
      host: `127.0.0.1:${server.port}`,
      body: purchaseBody,
      action: 'ScaleOutCluster',
      version: '2015-12-15',
      credentials,
      date: purchase.signedAt,
      nonce: 'nonce-of-the-purchase',
    });
    expect(server.requests).toEqual([
      { method: 'POST', url: path, headers: expect.objectContaining(signed), body: purchaseBody },
    ]);
  });

  test('percent-encodes the cluster, as the sample of the specification needs it', async () => {
    const server = await json(202, { task_id: 'T-1' });
    await clientOf(server).scaleOut({ ...purchase, clusterId: 'C****' });
    expect(server.requests[0]?.url).toBe('/api/v2/clusters/C%2A%2A%2A%2A');
  });

  test('goes to the host of its region, within the time limits of a purchase', async () => {
    const sent: unknown[] = [];
    const recorder: Transport = async ({ url, headers, timeoutMs, connectTimeoutMs }) => {
      sent.push({ url, host: headers['host'], timeoutMs, connectTimeoutMs });
      return { kind: 'answer', status: 202, headers: {}, body: '{"task_id":"T-1"}' };
    };
    await createAckClient({ ...deps, transport: recorder }).scaleOut(purchase);
    expect(sent).toEqual([
      {
        url: `https://cs.cn-hangzhou.aliyuncs.com/api/v2/clusters/${clusterId}`,
        host: 'cs.cn-hangzhou.aliyuncs.com',
        timeoutMs: timings.requestTimeoutMs,
        connectTimeoutMs: timings.connectTimeoutMs,
      },
    ]);
  });

  const gateway = (Code: string) => ({ Code, Message: 'no', RequestId: 'R-1' });
  const service = (code: string) => ({ code, message: 'no', requestId: 'R-1' });
  const answers: [string, number, unknown, Record<string, string>, object][] = [
    ['a task', 200, { task_id: 'T-1' }, {}, { kind: 'accepted', taskId: 'T-1' }],
    ['no task', 202, { cluster_id: clusterId }, {}, { kind: 'ambiguous' }],
    ['a rejection of the gateway', 403, gateway('Forbidden.RAM'), {}, { kind: 'rejected', code: 'Forbidden.RAM' }],
    ['a rejection of the service', 400, service('QuotaExceeded'), {}, { kind: 'rejected', code: 'QuotaExceeded' }],
    [
      'throttling with a wait',
      429,
      gateway('Throttling.User'),
      { 'x-acs-retry-after': '1500' },
      { retryAfterMs: 1500 },
    ],
    ['throttling without a wait', 400, gateway('Throttling'), {}, { kind: 'refused-unexecuted', code: 'Throttling' }],
    ['a used nonce', 400, gateway('SignatureNonceUsed'), {}, { kind: 'ambiguous', code: 'SignatureNonceUsed' }],
    ['an old date', 400, gateway('InvalidTimeStamp.Expired'), {}, { kind: 'refused-unexecuted' }],
    ['an unknown refusal', 400, gateway('SomethingNew'), {}, { kind: 'ambiguous', code: 'SomethingNew' }],
    ['a redirect', 307, '', { location: '/' }, { kind: 'ambiguous' }],
    ['an internal error', 500, service('InternalError'), {}, { kind: 'ambiguous', code: 'InternalError' }],
    ['an overload', 503, gateway('ServiceUnavailable'), { 'retry-after': '0' }, { kind: 'ambiguous' }],
  ];
  test.each(answers)('answered with %s asks no second time', async (_what, status, body, headers, outcome) => {
    const server = await json(status, body, headers);
    expect(await clientOf(server).scaleOut(purchase)).toMatchObject(outcome);
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['resets', (socket) => socket.resetAndDestroy()],
    ['closes', (socket) => socket.end()],
    ['cuts its answer short', (socket) => socket.end('HTTP/1.1 202 Accepted\r\nContent-Length: 99\r\n\r\n{"task_id"')],
    ['ends within its JSON', (socket) => socket.end('HTTP/1.1 202 Accepted\r\n\r\n{"task_id":"T-1')],
  ])('is ambiguous when the server %s, and asks no second time', async (_what, act) => {
    const server = await serveOnce(act);
    expect(await clientOf(server).scaleOut(purchase)).toMatchObject({ kind: 'ambiguous' });
    expect(server.received).toHaveLength(1);
  });

  test('is ambiguous when the server is silent past the time limit, and asks no second time', async () => {
    const server = await serveOnce(() => undefined);
    const impatient: Transport = (request) => deps.transport({ ...request, timeoutMs: 300 });
    expect(await clientOf(server, { transport: impatient }).scaleOut(purchase)).toMatchObject({
      kind: 'ambiguous',
      code: 'ETIMEDOUT',
    });
    expect(server.received).toHaveLength(1);
  });

  test('is known not to have happened when the connection is refused', async () => {
    expect(await clientOf({ port: closedPort }).scaleOut(purchase)).toMatchObject({
      kind: 'refused-unexecuted',
      code: 'ECONNREFUSED',
    });
  });

  test('is ambiguous when the transport breaks its promise not to throw', async () => {
    const broken = () => Promise.reject(new Error(password));
    expect(await clientOf({ port: 1 }, { transport: broken }).scaleOut(purchase)).toEqual({
      kind: 'ambiguous',
      why: 'the transport failed',
      code: 'ERR_TRANSPORT',
    });
  });

  test('keeps its outcome when an observer throws', async () => {
    const server = await json(202, { task_id: 'T-1' });
    const onClockSkew = () => {
      throw new Error('the observer is broken');
    };
    expect(await clientOf(server, { onClockSkew }).scaleOut(purchase)).toEqual({ kind: 'accepted', taskId: 'T-1' });
  });
});

describe('scaleOut sends nothing', () => {
  const broken = () => Promise.reject(new SyntaxError(`"${password}" is no JSON`));
  const throwing = () => {
    throw new TypeError('no network');
  };

  test.each<[string, Partial<AckClientDeps>, string]>([
    ['without an access key', { credentials: broken }, 'the access key cannot be read: SyntaxError'],
    ['without a login password', { loginPassword: broken }, 'the login password cannot be read: SyntaxError'],
    [
      'when reading secrets throws at once',
      { credentials: broken, loginPassword: throwing },
      'the login password cannot be read: no network',
    ],
    [
      'with a password that the API refuses',
      { loginPassword: async () => 'canary' },
      'login_password: the value is not allowed; use 8 to 30 characters',
    ],
  ])('%s, and says why', async (_what, deps, why) => {
    const server = await json(202, { task_id: 'T-1' });
    const outcome = await clientOf(server, deps).scaleOut(purchase);
    expect(outcome).toEqual({ kind: 'refused-unexecuted', why: expect.stringContaining(why) });
    expect(inspect(outcome)).not.toMatch(/canary/i);
    expect(server.requests).toEqual([]);
  });

  test.each<[Partial<AckPurchase>, string]>([
    [{ count: 0 }, 'count: 0 is not allowed; use a whole number above 0 (nodes)'],
    [{ template: { ...purchase.template, worker_period: 11 } }, 'worker_period: 11 is not allowed; use 1 to 9 or 12'],
    [{ clusterId: '' }, '"" cannot be part of a path'],
    [{ clusterId: '..' }, '".." cannot be part of a path'],
  ])('for %j, which the API does not allow', async (wrong, why) => {
    const server = await json(202, { task_id: 'T-1' });
    expect(await clientOf(server).scaleOut({ ...purchase, ...wrong })).toEqual({
      kind: 'refused-unexecuted',
      why: expect.stringContaining(why),
    });
    expect(server.requests).toEqual([]);
  });

  test.each(['', 'evil.example/', 'CN', 'cn-hangzhou.evil'])('for the region %j, which is none', async (name) => {
    let sent = 0;
    const counter: Transport = async () => {
      sent += 1;
      return { kind: 'answer', status: 202, headers: {}, body: '{"task_id":"T-1"}' };
    };
    const outcome = await createAckClient({ ...deps, transport: counter }).scaleOut({ ...purchase, region: name });
    expect(outcome).toMatchObject({ kind: 'refused-unexecuted', why: expect.stringContaining('is no region') });
    expect(sent).toBe(0);
  });
});

describe('a server that echoes the request', () => {
  const html = (text: string) => text.replace(/[<>&']/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const echoes: [string, (request: string) => string][] = [
    ['as it is', (request) => request],
    ['in the message of an error', (request) => JSON.stringify({ Code: 'InvalidParameter', Message: request })],
    ['in an unknown error', (request) => JSON.stringify({ Code: request, Message: request, RequestId: request })],
    [
      'escaped for HTML',
      (request) => html(JSON.stringify({ code: 'Forbidden', message: request, requestId: request })),
    ],
    ['percent-encoded', (request) => encodeURIComponent(request)],
    ['where the message is cut', (request) => `${'x'.repeat(285)}${request}`],
  ];

  test.each(echoes)('%s gets no secret into an outcome or an error', async (_how, echo) => {
    const server = await serveHttp((response, { method, body, headers }) => {
      const secret = method === 'POST' ? password : credentials.accessKeySecret;
      response.writeHead(400).end(echo(`${secret} ${body} ${JSON.stringify(headers)}`));
    });
    const client = clientOf(server);
    const seen = [
      await client.scaleOut(purchase),
      await client.readTask('T-1', region).catch((error: unknown) => error),
    ];
    const shown = inspect(seen, { depth: null, showHidden: true });
    expect(shown).toMatch(/kind: '(rejected|ambiguous)'/);
    expect(shown).toContain('AckReadError');
    expect(shown).not.toMatch(/canar/i);
  });
});

test.each([password, credentials.accessKeySecret, credentials.securityToken])(
  'the secret %s stays out of an outcome',
  async (secret) => {
    const server = await json(400, { Code: 'Forbidden', Message: `not with ${secret}`, RequestId: secret });
    expect(await clientOf(server).scaleOut(purchase)).toEqual({
      kind: 'rejected',
      code: 'Forbidden',
      message: 'not with [secret]',
      requestId: '[secret]',
    });
  },
);

describe('refused credentials', () => {
  const refusal = { Code: 'InvalidAccessKeyId.NotFound', Message: 'no', RequestId: 'R-1' };

  test('are reported after a purchase, which has not happened', async () => {
    let reports = 0;
    const server = await json(404, refusal);
    const client = clientOf(server, { onAuthenticationError: () => (reports += 1) });
    expect(await client.scaleOut(purchase)).toMatchObject({ kind: 'refused-unexecuted', authentication: true });
    expect(reports).toBe(1);
  });

  test('are reported after a read, which throws', async () => {
    let reports = 0;
    const server = await json(404, refusal);
    const client = clientOf(server, { onAuthenticationError: () => (reports += 1) });
    await expect(client.describeCluster(clusterId, region)).rejects.toMatchObject({ code: refusal.Code, status: 404 });
    expect(reports).toBe(1);
  });

  test.each([
    [403, 'Forbidden.RAM'],
    [429, 'Throttling.User'],
  ])('are not what %i %s reports', async (status, Code) => {
    let reports = 0;
    const server = await json(status, { ...refusal, Code });
    await clientOf(server, { onAuthenticationError: () => (reports += 1) }).scaleOut(purchase);
    expect(reports).toBe(0);
  });
});

describe('a signature', () => {
  test('that has grown old while the secrets were fetched is not sent', async () => {
    const server = await json(202, { task_id: 'T-1' });
    const client = clientOf(server, { now: () => purchase.signedAt + 5000 });
    expect(await client.scaleOut(purchase)).toMatchObject({ kind: 'refused-unexecuted' });
    expect(server.requests).toHaveLength(0);
  });
});

describe('the clock skew', () => {
  /** Sent at `now`. */
  async function skewOf(date: string | undefined, answeredAfterMs = 400): Promise<[number, string][]> {
    const skews: [number, string][] = [];
    // Read before the send (is the signature young enough), at the send, and at the answer.
    const times = [now, now, now + answeredAfterMs];
    const server = await serveHttp((response) => {
      response.sendDate = false;
      response.writeHead(202, date === undefined ? {} : { date }).end('{"task_id":"T-1"}');
    });
    const client = clientOf(server, {
      now: () => times.shift() ?? Number.NaN,
      onClockSkew: (skew, region) => skews.push([skew, region]),
    });
    await client.scaleOut(purchase);
    return skews;
  }

  test.each([
    ['Wed, 11 Nov 2026 10:00:00 GMT', 500],
    ['Wed, 11 Nov 2026 10:01:00 GMT', 60_500],
    ['Wed, 11 Nov 2026 09:59:00 GMT', -59_900],
  ])(
    'is the middle of the second that the gateway named, %s, less the end of the exchange that is further from it',
    async (date, skew) => {
      expect(await skewOf(date)).toEqual([[skew, purchase.region]]);
    },
  );

  // The gateway read its clock at an unknown moment of the exchange.
  test.each([
    ['behind', 'Wed, 11 Nov 2026 09:58:59 GMT', 0, -60_500],
    ['behind, answered slowly', 'Wed, 11 Nov 2026 09:59:08 GMT', 9000, -60_500],
    ['ahead', 'Wed, 11 Nov 2026 10:01:00 GMT', 0, 60_500],
    ['ahead, answered slowly', 'Wed, 11 Nov 2026 10:01:00 GMT', 9000, 60_500],
  ])('is the largest one that the answer allows: of a gateway that is %s', async (_case, date, tookMs, skew) => {
    expect(await skewOf(date, tookMs)).toEqual([[skew, purchase.region]]);
  });

  test('is not measured by an exchange that took longer than a read may', async () => {
    const date = 'Wed, 11 Nov 2026 10:00:00 GMT';
    expect(await skewOf(date, timings.readTimeoutMs)).toHaveLength(1);
    expect(await skewOf(date, timings.readTimeoutMs + 1)).toEqual([]);
  });

  test.each([
    undefined,
    'today',
    '2026',
    '2026-11-11T10:00:00Z',
    'Wed, 11 Nov 2026 10:00:00',
    'Wednesday, 11-Nov-26 10:00:00 GMT',
  ])('is not reported for the date %j', async (date) => {
    expect(await skewOf(date)).toEqual([]);
  });
});

describe('reads', () => {
  test('are signed with the time and nonce of the moment and carry no body', async () => {
    const server = await json(200, { cluster_id: clusterId, state: 'running', size: 3, profile: 'Edge', name: 'shop' });
    expect(await clientOf(server).describeCluster(clusterId, region)).toEqual({ state: 'running', profile: 'Edge' });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'GET', url: `/clusters/${clusterId}`, body: '' });
    expect(request?.headers).toMatchObject({
      'x-acs-action': 'DescribeClusterDetail',
      'x-acs-date': '2026-11-11T10:00:00Z',
      'x-acs-signature-nonce': 'nonce-of-a-read',
    });
  });

  test('never ask for the login password, so the reconciler needs no right to it', async () => {
    let asked = 0;
    const loginPassword = async () => {
      asked += 1;
      return password;
    };
    const server = await json(200, { state: 'running' });
    await clientOf(server, { loginPassword }).describeCluster(clusterId, region);
    expect(asked).toBe(0);
  });

  test.each([{}, { size: null }, { size: '3', profile: 7 }])(
    'need of a cluster its state and nothing else: %j',
    async (rest) => {
      const server = await json(200, { state: 'running', ...rest });
      expect(await clientOf(server).describeCluster(clusterId, region)).toEqual({ state: 'running' });
    },
  );

  test('follow a task to its nodes', async () => {
    const server = await json(200, {
      task_id: 'T-1',
      cluster_id: clusterId,
      task_type: 'cluster_scaleout',
      state: 'fail',
      created: '2026-11-11T18:00:01+08:00',
      error: { code: 'OutOfStock', message: 'no more' },
      task_result: [
        { data: 'i-1', status: 'success' },
        { data: 'i-2', status: 'failed' },
      ],
      stages: [{ odd: true }],
    });
    expect(await clientOf(server).readTask('T-1', region)).toEqual({
      taskId: 'T-1',
      state: 'fail',
      createdAt: now + 1000,
      error: { code: 'OutOfStock', message: 'no more' },
      results: [
        { instanceId: 'i-1', status: 'success' },
        { instanceId: 'i-2', status: 'failed' },
      ],
    });
    expect(server.requests[0]).toMatchObject({ method: 'GET', url: '/tasks/T-1' });
  });

  test.each([
    {},
    { error: {}, task_result: [] },
    { error: null, task_result: null },
    { error: { code: '', message: '' } },
  ])('take a task without error or results as %j', async (rest) => {
    const server = await json(200, { task_id: 'T-1', state: 'running', ...rest });
    const { error, results } = await clientOf(server).readTask('T-1', region);
    expect({ error, results }).toEqual({ error: undefined, results: [] });
  });

  const failures: [string, number, string, object][] = [
    ['an error of the gateway', 403, '{"Code":"Forbidden","Message":"no"}', { code: 'Forbidden', status: 403 }],
    ['an error without a code', 502, '<html>', { code: 'HTTP 502', status: 502 }],
    ['a redirect', 302, '', { code: 'HTTP 302', status: 302 }],
    ['no JSON', 200, '{"state":"run', { code: 'UnreadableAnswer', status: 200 }],
    [
      'another shape',
      200,
      '{"state":3}',
      { code: 'UnreadableAnswer', message: expect.stringContaining('state: 3 is not allowed') },
    ],
  ];
  test.each(failures)('throw, after one request, for %s', async (_what, status, body, error) => {
    const server = await serveHttp((response) => response.writeHead(status, { location: '/' }).end(body));
    const failed = clientOf(server).describeCluster(clusterId, region);
    await expect(failed).rejects.toBeInstanceOf(AckReadError);
    await expect(failed).rejects.toMatchObject(error);
    expect(server.requests).toHaveLength(1);
  });

  test('throw, after one request, when there is no answer', async () => {
    const server = await serveOnce((socket) => socket.resetAndDestroy());
    await expect(clientOf(server).readTask('T-1', region)).rejects.toMatchObject({
      name: 'AckReadError',
      code: 'ECONNRESET',
      status: undefined,
    });
    expect(server.received).toHaveLength(1);
  });

  test.each<[string, string, Partial<AckClientDeps>]>([
    ['without an access key', 'T-1', { credentials: () => Promise.reject(new SyntaxError(password)) }],
    ['for an id that is no path segment', '..', {}],
  ])('throw %s before anything is sent', async (_what, taskId, change) => {
    const server = await json(200, {});
    await expect(clientOf(server, change).readTask(taskId, region)).rejects.toMatchObject({
      name: 'AckReadError',
      code: 'NotSent',
      message: expect.not.stringContaining(password),
    });
    expect(server.requests).toEqual([]);
  });
});

describe('listings', () => {
  const created = '2026-11-11T18:00:00+08:00';
  const task = (n: number) => ({ task_id: `T-${n}`, task_type: 'cluster_scaleout', created });
  const span = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => task(from + i));
  /** Answers with the page that is asked for; behind the last one with that. */
  const pages = (...bodies: object[]) =>
    serveHttp((response, { url }) => {
      const asked = Number(/[?&]page_?number=(\d+)/i.exec(url)?.[1]);
      response.end(JSON.stringify(bodies[Math.min(asked, bodies.length) - 1]));
    });
  const page = (tasks: readonly object[], total?: number) => ({
    tasks,
    ...(total === undefined ? {} : { page_info: { page_number: 1, page_size: 50, total_count: total } }),
  });
  const listed = async (server: { readonly port: number }) =>
    (await clientOf(server).listTasks(clusterId, region)).map(({ taskId }) => taskId);
  const ids = (n: number) => span(0, n).map(({ task_id }) => task_id);

  test('of tasks read page after page until the total is there, twice', async () => {
    const server = await pages(page(span(0, 50), 120), page(span(50, 100), 120), page(span(100, 120), 120));
    expect(await listed(server)).toEqual(ids(120));
    expect(server.requests.map(({ url }) => url)).toEqual(
      [1, 2, 3, 1, 2, 3].map((n) => `/clusters/${clusterId}/tasks?page_number=${n}&page_size=50`),
    );
  });

  test('of tasks give the instant and the kind of each', async () => {
    const server = await pages(page([task(1)], 1));
    expect(await clientOf(server).listTasks(clusterId, region)).toEqual([
      { taskId: 'T-1', type: 'cluster_scaleout', createdAt: now },
    ]);
  });

  test.each<[string, object[], number, number]>([
    ['nothing', [page([], 0)], 0, 1],
    ['exactly one page', [page(span(0, 50), 50)], 50, 1],
    ['pages shorter than asked for', [page(span(0, 20), 45), page(span(20, 40), 45), page(span(40, 45), 45)], 45, 6],
    ['pages that overlap', [page(span(0, 50), 60), page(span(40, 60), 60)], 60, 4],
    ['pages without a total', [page(span(0, 50)), page(span(50, 60)), page([])], 60, 6],
    ['pages whose total is too low', [page(span(0, 50), 1), page(span(50, 60), 1), page([], 1)], 60, 6],
  ])('are complete with %s', async (_what, bodies, count, requests) => {
    const server = await pages(...bodies);
    expect(await listed(server)).toEqual(ids(count));
    expect(server.requests).toHaveLength(requests);
  });

  test.each<[string, object[], number]>([
    ['ends before its total', [page(span(0, 50), 60), page([], 60)], 4],
    ['repeats the first page', [page(span(0, 50), 60)], 4],
    ['repeats the first page without a total', [page(span(0, 50))], 4],
    ['has a page without tasks', [page(span(0, 50), 60), {}], 2],
    ['has a task without an id', [page([{ ...task(1), task_id: '' }], 1)], 1],
    ['has a task without a type', [page([{ ...task(1), task_type: undefined }], 1)], 1],
  ])('throw rather than hide a task when the listing %s', async (_what, bodies, requests) => {
    const server = await pages(...bodies);
    await expect(listed(server)).rejects.toBeInstanceOf(AckReadError);
    expect(server.requests).toHaveLength(requests);
  });

  /** No instant, or one that says too little to be compared with ours. */
  const unreadable = [
    undefined,
    null,
    1_794_391_200_000,
    '',
    'soon',
    '2026-11-11',
    '2026-11-11T18:00:00',
    '2026-11-11 18:00:00',
    '2026-11-31T18:00:00+08:00',
    '0001-01-01T00:00:00Z',
  ];

  test.each(unreadable)('keep a task whose date is %j, and tell no date of it', async (created) => {
    const server = await serveHttp((response) =>
      response.end(JSON.stringify({ ...task(1), state: 'success', created, ...page([{ ...task(1), created }], 1) })),
    );
    const client = clientOf(server);
    expect(await client.listTasks(clusterId, region)).toMatchObject([{ taskId: 'T-1', createdAt: undefined }]);
    expect(await client.readTask('T-1', region)).toMatchObject({ taskId: 'T-1', createdAt: undefined });
  });

  test.each(unreadable)('keep a node whose date is %j, and tell no age of it', async (creation_time) => {
    const server = await pages({ nodes: [{ instance_id: 'i-1', creation_time }], page: { total_count: 1 } });
    expect(await clientOf(server).listNodes(clusterId, region)).toMatchObject([
      { instanceId: 'i-1', createdAt: undefined },
    ]);
  });

  test.each(unreadable)('keep a node whose lease ends at %j, and tell no end of it', async (expired_time) => {
    const node = { instance_id: 'i-1', node_status: 'NotReady', expired_time };
    const server = await pages({ nodes: [node], page: { total_count: 1 } });
    expect(await clientOf(server).listNodes(clusterId, region)).toMatchObject([
      { instanceId: 'i-1', status: 'NotReady', leaseEndsAt: undefined },
    ]);
  });

  test('tell when the lease of a node ends, but not without a status: it may serve', async () => {
    const expired_time = '2099-12-31T15:59:00Z';
    const server = await pages({
      nodes: [
        { instance_id: 'i-1', node_status: 'NotReady', expired_time },
        { instance_id: 'i-2', expired_time },
      ],
      page: { total_count: 2 },
    });
    const [one, two] = await clientOf(server).listNodes(clusterId, region);
    expect(one?.leaseEndsAt).toBe(Date.parse(expired_time));
    expect(two).toMatchObject({ status: 'Unknown', leaseEndsAt: undefined });
  });

  test('take dates that are cut to the minute', async () => {
    const minute = '2026-11-11T18:00+08:00';
    const server = await serveHttp((response, { url }) =>
      response.end(
        JSON.stringify({
          ...page([{ ...task(1), created: minute }], 1),
          ...(url.includes('/nodes') && { nodes: [{ creation_time: minute }], page: { total_count: 1 } }),
        }),
      ),
    );
    const client = clientOf(server);
    expect(await client.listTasks(clusterId, region)).toMatchObject([{ createdAt: now }]);
    expect(await client.listNodes(clusterId, region)).toMatchObject([{ createdAt: now }]);
  });

  test('throw when one page fails', async () => {
    const server = await serveHttp((response, { url }) =>
      url.includes('page_number=1&')
        ? response.end(JSON.stringify(page(span(0, 50), 60)))
        : response.writeHead(503).end(),
    );
    await expect(listed(server)).rejects.toMatchObject({ name: 'AckReadError', status: 503 });
    expect(server.requests).toHaveLength(2);
  });

  test('end after 200 pages, however many there are', async () => {
    let asked = 0;
    const endless: Transport = async () => {
      asked += 1;
      return { kind: 'answer', status: 200, headers: {}, body: JSON.stringify(page([task(asked)], 1e9)) };
    };
    const listing = createAckClient({ ...deps, transport: endless }).listTasks(clusterId, region);
    await expect(listing).rejects.toMatchObject({ code: 'IncompleteListing' });
    expect(asked).toBe(200);
  });

  test('end after 20 seconds: whoever waits for them has no more time', async () => {
    let now = deps.now();
    const slow: Transport = async ({ url }) => {
      now += 6000;
      const number = Number(new URL(url).searchParams.get('page_number'));
      return { kind: 'answer', status: 200, headers: {}, body: JSON.stringify(page([task(number)], 5)) };
    };
    const listing = createAckClient({ ...deps, now: () => now, transport: slow }).listTasks(clusterId, region);
    await expect(listing).rejects.toMatchObject({
      code: 'IncompleteListing',
      message: 'DescribeClusterTasks: 4 of 5 items came in 20 s',
    });
  });

  test('of nodes count those that have neither an instance nor a name', async () => {
    const server = await pages({ nodes: [{ node_status: 'Ready' }, {}], page: { total_count: 2 } });
    expect(await clientOf(server).listNodes(clusterId, region)).toMatchObject([
      { instanceId: '', status: 'Ready' },
      { instanceId: '', status: 'Unknown' },
    ]);
    expect(server.requests).toHaveLength(1);
  });

  test('of nodes leave out those that could not be created, once all pages have come', async () => {
    const failed = { instance_id: 'i-1', node_status: 'Unknown', state: 'failed' };
    const server = await pages({
      nodes: [failed, { instance_id: 'i-2', state: 'removing' }, {}],
      page: { total_count: 3 },
    });
    expect(await clientOf(server).listNodes(clusterId, region)).toMatchObject([
      { instanceId: 'i-2' },
      { instanceId: '', status: 'Unknown' },
    ]);
    expect(server.requests).toHaveLength(1);
  });

  test('of nodes read every page and keep what is odd', async () => {
    const full = {
      instance_id: 'i-1',
      node_name: 'n-1',
      node_status: 'NotReady',
      state: 'running',
      creation_time: created,
    };
    const server = await pages(
      { nodes: [full], page: { total_count: 3 } },
      { nodes: [{ node_name: 'own-machine' }, { instance_id: 'i-2', creation_time: '' }], page: { total_count: 3 } },
    );
    expect(await clientOf(server).listNodes(clusterId, region)).toEqual([
      { instanceId: 'i-1', nodeName: 'n-1', status: 'NotReady', state: 'running', createdAt: now },
      { instanceId: '', nodeName: 'own-machine', status: 'Unknown' },
      { instanceId: 'i-2', status: 'Unknown' },
    ]);
    expect(server.requests.map(({ url }) => url)).toEqual(
      [1, 2, 1, 2].map((n) => `/clusters/${clusterId}/nodes?pageNumber=${n}&pageSize=100`),
    );
  });
});

describe('the endpoint', () => {
  test.each([
    'http://127.0.0.1:1234',
    'http://127.1.2.3',
    'http://[::1]:80',
    'http://localhost:80',
    'https://cs.example.test',
  ])('may be %s', (endpoint) => {
    expect(() => createAckClient({ ...deps, endpoint })).not.toThrow();
  });

  test.each([
    'http://cs.cn-hangzhou.aliyuncs.com',
    'http://127.0.0.1.example.test',
    'http://localhost.example.test',
    'http://10.0.0.1',
    'ftp://127.0.0.1',
    '127.0.0.1:1234',
  ])('may not be %s, which would show the password to the network', (endpoint) => {
    expect(() => createAckClient({ ...deps, endpoint })).toThrow();
  });
});
