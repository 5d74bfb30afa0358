// The official SDK's generic call. Its package for this product adds 1.1 MiB of types of other operations, and its type
// for this one lacks half of the parameters.
import openApi, { $OpenApiUtil } from '@alicloud/openapi-core';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { RuntimeOptions } from '@darabonba/typescript';
import type { WorkerTemplate } from '../../../functions/domain/ack/scale-out-request.ts';

const secretsManager = new SecretsManagerClient();
type OpenApiClient = InstanceType<typeof openApi.default>;
let connected: Promise<{ readonly client: OpenApiClient; readonly password: string }> | undefined;

/** @returns the task's id. @throws what the SDK throws for a refusal */
export async function scaleOut(order: {
  readonly id: string;
  readonly region: string;
  readonly worker: WorkerTemplate;
  readonly count: number;
}): Promise<string> {
  connected ??= connect(order.region);
  const { client, password } = await connected;
  const answer = await client.callApi(
    new $OpenApiUtil.Params({
      action: 'ScaleOutCluster',
      version: '2015-12-15',
      protocol: client._protocol,
      pathname: `/api/v2/clusters/${order.id}`,
      method: 'POST',
      authType: 'AK',
      style: 'ROA',
      reqBodyType: 'json',
      bodyType: 'json',
    }),
    new $OpenApiUtil.OpenApiRequest({
      headers: {},
      body: { ...order.worker, count: order.count, login_password: password, is_edge_worker: true },
    }),
    new RuntimeOptions({}),
  );
  return answer['body'].task_id;
}

async function connect(region: string) {
  const [key, login] = await Promise.all([readSecret('ACK_SECRET_ID'), readSecret('LOGIN_SECRET_ID')]);
  const { protocol, host } = new URL(process.env['ACK_ENDPOINT'] ?? `https://cs.${region}.aliyuncs.com`);
  const client = new openApi.default(
    new $OpenApiUtil.Config({ ...key, endpoint: host, protocol: protocol.replace(':', '') }),
  );
  return { client, password: login['password'] ?? '' };
}

async function readSecret(variable: string): Promise<Record<string, string>> {
  const { SecretString } = await secretsManager.send(
    new GetSecretValueCommand({ SecretId: process.env[variable] ?? '' }),
  );
  return JSON.parse(SecretString ?? '');
}
