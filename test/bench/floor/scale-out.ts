import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { type AckCredentials, canonicalQuery, signRequest } from '../../../functions/adapters/ack/signature.ts';

interface Call {
  readonly region: string;
  readonly nonce: string;
  /** Epoch milliseconds. */
  readonly signedAt: number;
  readonly credentials: AckCredentials;
}

interface ScaleOutPost extends Call {
  /** Of the cluster. */
  readonly id: string;
  readonly body: string;
}

/** @returns the task's id. @throws Error for any other answer than an acceptance */
export async function postScaleOut({ id, body, ...call }: ScaleOutPost): Promise<string> {
  const answer = await send({
    ...call,
    method: 'POST',
    action: 'ScaleOutCluster',
    path: `/api/v2/clusters/${id}`,
    body,
  });
  const { task_id }: { readonly task_id?: string } = JSON.parse(answer);
  if (task_id === undefined) throw new Error(`not accepted: ${answer}`);
  return task_id;
}

/** The looks at the cluster and its nodes, as before each purchase. */
export async function look({ id, ...call }: Call & { readonly id: string }): Promise<void> {
  await Promise.all([
    send({ ...call, method: 'GET', action: 'DescribeClusterDetail', path: `/clusters/${id}` }),
    send({
      ...call,
      method: 'GET',
      action: 'DescribeClusterNodes',
      path: `/clusters/${id}/nodes`,
      query: { pageNumber: '1', pageSize: '100' },
      nonce: `${call.nonce}-nodes`,
    }),
  ]);
}

interface Request extends Call {
  readonly method: 'GET' | 'POST';
  readonly action: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function send(request: Request): Promise<string> {
  const { method, action, path, query = {}, body = '', region, credentials, signedAt, nonce } = request;
  const url = new URL(path, process.env['ACK_ENDPOINT'] ?? `https://cs.${region}.aliyuncs.com`);
  url.search = canonicalQuery(query);
  const headers = signRequest({
    method,
    path: url.pathname,
    query,
    host: url.host,
    body,
    action,
    version: '2015-12-15',
    credentials,
    date: signedAt,
    nonce,
  });
  const start = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise<string>((resolve, reject) => {
    // A purchase over a connection that was kept would be in doubt each time that the gateway had just closed it.
    start(url, { method, headers, ...(method === 'POST' && { agent: false }) }, (response) => {
      text(response).then(resolve, reject);
    })
      .on('error', reject)
      .end(body);
  });
}
