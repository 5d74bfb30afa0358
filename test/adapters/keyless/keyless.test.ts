// The exchange over loopback: AWS's STS signs real tokens, and Alibaba Cloud's verifies them.
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createAckClient } from '../../../functions/adapters/ack/client.ts';
import { createHttpTransport } from '../../../functions/adapters/ack/http-transport.ts';
import { createKeyless } from '../../../functions/adapters/keyless/keyless.ts';
import { timings } from '../../../functions/domain/timings.ts';
import { tokenAudience } from '../../../functions/domain/web-identity.ts';
import { startAlibabaSts } from '../../../infra/local/alibaba-sts.ts';
import { roleArnOf, startAwsSts } from '../../../infra/local/aws-stand-ins/aws-sts.ts';
import { closeServers, nobody, serveHttp } from '../../support/loopback-server.ts';
import { aWorker } from '../../support/samples.ts';

const minute = 60_000;
const account = 'acs:ram::1234567890123456';
const arns = {
  oidcProviderArn: `${account}:oidc-provider/aws`,
  buyer: `${account}:role/edge-buyer`,
  reader: `${account}:role/edge-reader`,
};

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  await closeServers();
});

interface Setting {
  readonly role?: string;
  readonly provider?: string;
  /** As a function that this is. */
  readonly as?: string;
  readonly clientIds?: readonly string[];
  readonly issuer?: string;
  readonly federates?: boolean;
  /** In the place of the AWS credentials of `as`. */
  readonly signs?: () => Promise<never>;
  readonly awsEndpoint?: string;
  readonly alibabaEndpoint?: string;
  /** How far the clocks of both are ahead of ours, or behind it. */
  readonly awsAheadMs?: number;
  readonly alibabaAheadMs?: number;
}

async function open(setting: Setting = {}) {
  let time = Date.UTC(2026, 10, 30, 12);
  const { as = 'scale-out', awsAheadMs = 0, alibabaAheadMs = 0, federates = true } = setting;
  const aws = await startAwsSts({ now: () => time + awsAheadMs, federates });
  const alibaba = await startAlibabaSts({
    provider: {
      arn: arns.oidcProviderArn,
      issuer: setting.issuer ?? aws.issuer,
      clientIds: setting.clientIds ?? [tokenAudience],
    },
    roles: [
      { arn: arns.buyer, subjects: [roleArnOf('scale-out')] },
      { arn: arns.reader, subjects: [roleArnOf('reconcile')] },
    ],
    onKey: () => undefined,
    now: () => time + alibabaAheadMs,
  });
  closing.push(aws.close, alibaba.close);
  let nonce = 0;
  const now = () => time;
  const newNonce = () => `nonce-${++nonce}`;
  const transport = createHttpTransport();
  const keyless = createKeyless({
    role: { oidcProviderArn: setting.provider ?? arns.oidcProviderArn, roleArn: setting.role ?? arns.buyer },
    session: 'edge-scale-out-test',
    aws: {
      endpoint: setting.awsEndpoint ?? aws.endpoint,
      region: 'us-east-1',
      credentials: setting.signs ?? { accessKeyId: as, secretAccessKey: 'local' },
      maxAttempts: 1,
    },
    endpoint: setting.alibabaEndpoint ?? alibaba.endpoint,
    ...{ transport, now, newNonce },
  });
  return {
    ...{ aws, alibaba, keyless, transport, now, newNonce },
    pass(ms: number) {
      time += ms;
    },
  };
}

describe('the credentials', () => {
  test('are those of the role, for an hour, and read once for all who ask at the same time', async () => {
    const { aws, alibaba, keyless, now } = await open();
    const all = await Promise.all(Array.from({ length: 9 }, () => keyless.get()));
    const [key] = alibaba.keys;
    expect(key?.tokenExpiresAt).toBe(now() + 60 * minute);
    const { accessKeyId, accessKeySecret, securityToken } = key ?? {};
    for (const one of all) expect(one).toMatchObject({ accessKeyId, accessKeySecret, securityToken });
    expect([aws.tokens.length, alibaba.keys.length]).toEqual([1, 1]);
  });

  test('are renewed beside the work from ten minutes before their end on, and not used in the last five', async () => {
    const { alibaba, keyless, pass } = await open();
    const first = await keyless.get();
    pass(50 * minute - 1);
    expect(await keyless.get()).toEqual(first);
    expect(alibaba.keys).toHaveLength(1);
    pass(5 * minute + 1);
    const second = await keyless.get();
    expect(second).not.toEqual(first);
    expect(alibaba.keys).toHaveLength(2);
  });

  test('are of another exchange after forget', async () => {
    const { keyless } = await open();
    const first = await keyless.get();
    keyless.forget();
    keyless.forget();
    expect(await keyless.get()).not.toEqual(first);
  });
});

describe('there are none, for a reason that names what helps, where', () => {
  test.each<readonly [string, Setting, RegExp]>([
    ['the token is expired', { alibabaAheadMs: 6 * minute }, /OIDCToken\.Expired; set the clock/],
    ['the audience is wrong', { clientIds: ['other'] }, /AudienceNotMatch; add the client id sts\.aliyuncs\.com/],
    [
      'the role trusts another function',
      { role: arns.reader },
      /edge-reader: AuthenticationFail\.NoPermission; .*oidc:sub arn:aws:iam::000000000000:role\/scale-out$/,
    ],
    [
      'the role does not exist',
      { role: `${account}:role/edge-bayer` },
      /edge-bayer: EntityNotExist\.Role; correct the ARN/,
    ],
    ['the provider is another one', { provider: `${account}:oidc-provider/x` }, /NoPermission/],
    ['federation is off', { federates: false }, /OutboundWebIdentityFederationDisabled.*aws iam enable-outbound/],
    [
      'our clock is an hour ahead',
      { awsAheadMs: -60 * minute, alibabaAheadMs: -60 * minute },
      /the clocks differ: .*2026-11-30T12:00:00\.000Z here; set the clock/,
    ],
    ['our clock is behind', { awsAheadMs: 2 * minute, alibabaAheadMs: 2 * minute }, /the clocks differ/],
  ])('%s', async (_, setting, why) => {
    const { keyless } = await open(setting);
    await expect(keyless.get()).rejects.toThrow(why);
  });

  test('the key of the issuer is another one', async () => {
    const other = await startAwsSts();
    closing.push(other.close);
    const { keyless } = await open({ issuer: other.issuer });
    await expect(keyless.get()).rejects.toThrow(/OIDCToken\.(Invalid|InvalidSignature); .*issuer.* http:/);
  });

  test('AWS STS is down', async () => {
    const { keyless, alibaba } = await open({ awsEndpoint: nobody });
    await expect(keyless.get()).rejects.toThrow(/AWS STS gives no .*ECONNREFUSED.*make AWS STS reachable/);
    expect(alibaba.keys).toEqual([]);
  });

  test.each(['CredentialsProviderError', 'TokenProviderError'])('there is no login at AWS: %s', async (name) => {
    const { keyless } = await open({
      signs: () => Promise.reject(Object.assign(new Error('sign on first'), { name })),
    });
    await expect(keyless.get()).rejects.toThrow(
      `${name}: sign on first; get valid AWS credentials, or give a --profile`,
    );
  });

  test.each(['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId', 'UnrecognizedClientException'])(
    'AWS STS refuses ours: %s',
    async (code) => {
      const refusal = `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;
      const server = await serveHttp((response) => response.writeHead(403).end(refusal));
      const { keyless } = await open({ awsEndpoint: server.url });
      await expect(keyless.get()).rejects.toThrow(`${code}: no; get valid AWS credentials, or give a --profile`);
    },
  );

  test('the STS of Alibaba Cloud is down', async () => {
    const { keyless } = await open({ alibabaEndpoint: nobody });
    await expect(keyless.get()).rejects.toThrow(/STS of Alibaba Cloud cannot be reached: ECONNREFUSED/);
  });

  test.each([
    ['an answer that is no JSON', 200, 'hello TOKEN'],
    ['an answer without a key', 200, '{"Credentials":{"AccessKeyId":"TOKEN"}}'],
    ['a gateway that is overloaded', 503, '<html>TOKEN</html>'],
    ['an error that repeats the token', 400, '{"Code":"Other.TOKEN","Message":"for SIGNATURE and TOKEN"}'],
  ])('it gets %s, which is never quoted', async (_, status, form) => {
    let seen = '';
    const server = await serveHttp((response, { body }) => {
      seen = new URLSearchParams(body).get('OIDCToken') ?? '';
      const signature = seen.split('.')[2] ?? '';
      response.writeHead(status).end(form.replaceAll('TOKEN', seen).replaceAll('SIGNATURE', signature));
    });
    const { keyless } = await open({ alibabaEndpoint: server.url });
    const error: unknown = await keyless.get().catch((thrown: unknown) => thrown);
    expect(inspect(error, { depth: 9 })).toMatch(/ExchangeError: .*STS of Alibaba Cloud/);
    expect(seen.split('.')).toHaveLength(3);
    for (const part of [seen, seen.split('.')[2] ?? '']) expect(inspect(error, { depth: 9 })).not.toContain(part);
  });
});

test('an STS that would get tokens over a network without encryption is refused', async () => {
  const { keyless } = await open({ alibabaEndpoint: 'http://sts.example.com' });
  await expect(keyless.get()).rejects.toThrow('the STS endpoint http://sts.example.com is not safe');
});

test.each<readonly [string, Setting]>([
  ['the token is expired', { alibabaAheadMs: 6 * minute }],
  ['the audience is wrong', { clientIds: ['other'] }],
  ['the role is wrong', { role: arns.reader }],
  ['our clock is off', { awsAheadMs: -60 * minute, alibabaAheadMs: -60 * minute }],
  ['the STS is down', { alibabaEndpoint: nobody }],
])('a purchase is not sent, and says so, where %s; no secret is in the reason', async (_, setting) => {
  const { keyless, transport, now, newNonce, aws } = await open(setting);
  const ack = await serveHttp((response) => response.end('{}'));
  const client = createAckClient({
    ...{ transport, now, newNonce, endpoint: ack.url },
    credentials: keyless.get,
    loginPassword: async () => 'aA1-password',
  });
  const outcome = await client.scaleOut({
    clusterId: 'Cccfd68c474454665ace07efce924aaaa',
    region: 'cn-beijing',
    template: aWorker(),
    count: 1,
    nonce: 'n',
    signedAt: now(),
  });
  expect(outcome).toEqual({
    kind: 'refused-unexecuted',
    why: expect.stringMatching(/^the access key cannot be read: .*STS|clocks/),
  });
  expect(ack.requests).toEqual([]);
  for (const token of aws.tokens) expect(JSON.stringify(outcome)).not.toContain(token);
});

test('an hour of credentials ends well after a purchase that uses their last minutes', () => {
  expect(timings.roleCredentialsSpareMs).toBeGreaterThan(timings.functionTimeoutMs + timings.maxClockSkewMs);
});
