import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { type AckCredentials, signRequest } from '../../../functions/adapters/ack/signature.ts';

interface ScaleOutPost {
  /** Of the cluster. */
  readonly id: string;
  readonly region: string;
  readonly body: string;
  readonly nonce: string;
  /** Epoch milliseconds. */
  readonly signedAt: number;
  readonly credentials: AckCredentials;
}

/** @returns the task's id. @throws Error for any other answer than an acceptance */
export async function postScaleOut({ id, region, body, nonce, signedAt, credentials }: ScaleOutPost): Promise<string> {
  const url = new URL(`/api/v2/clusters/${id}`, process.env['ACK_ENDPOINT'] ?? `https://cs.${region}.aliyuncs.com`);
  const headers = signRequest({
    method: 'POST',
    path: url.pathname,
    query: {},
    host: url.host,
    body,
    action: 'ScaleOutCluster',
    version: '2015-12-15',
    credentials,
    date: signedAt,
    nonce,
  });
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const answer = await new Promise<string>((resolve, reject) => {
    send(url, { method: 'POST', headers }, (response) => {
      text(response).then(resolve, reject);
    })
      .on('error', reject)
      .end(body);
  });
  const { task_id }: { readonly task_id?: string } = JSON.parse(answer);
  if (task_id === undefined) throw new Error(`not accepted: ${answer}`);
  return task_id;
}
