import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import OpenApi, { $OpenApiUtil, OpenApiUtil } from '@alicloud/openapi-core';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type AckCredentials,
  canonicalQuery,
  percentEncode,
  signRequest,
  type UnsignedRequest,
} from '../../../functions/adapters/ack/signature.ts';
import { closeServers, serveHttp } from '../../support/loopback-server.ts';
import { testProperty } from '../../support/test-property.ts';

afterEach(closeServers);

const algorithm = 'ACS3-HMAC-SHA256';
const credentials: AckCredentials = {
  accessKeyId: 'LTAI5tEXAMPLEKEYID',
  accessKeySecret: 'EXAMPLEsecret0123456789abcdefgh',
};
/** The sample body of the specification, minified. */
const body =
  '{"timeout_mins":60,"worker_instance_type":"ens.sn1.tiny","ens_region_id":"cn-beijing-telecom","worker_image_id":"m-2QVLO2T8NYgm8CNQVg15gF","ens_internet_charge_type":"BandwidthByDay","worker_period":1,"worker_auto_renew":true,"worker_auto_renew_period":1,"login_password":"Hello1234!","count":1,"worker_system_disk_size":20,"worker_data_disk_size":0,"is_edge_worker":true}';
const purchase: UnsignedRequest = {
  method: 'POST',
  path: '/api/v2/clusters/Cccfd68c474454665ace07efce924aaaa',
  query: {},
  host: 'cs.cn-hangzhou.aliyuncs.com',
  body,
  action: 'ScaleOutCluster',
  version: '2015-12-15',
  credentials,
  date: Date.parse('2024-05-06T07:08:09Z'),
  nonce: '0123456789abcdef0123456789abcdef',
};

// Worked out with the official SDK, @alicloud/openapi-core 1.0.8.
describe('the signature vectors', () => {
  test('hold for a purchase', () => {
    expect(signRequest(purchase)).toEqual({
      accept: 'application/json',
      authorization: `${algorithm} Credential=LTAI5tEXAMPLEKEYID,SignedHeaders=content-type;host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=771aa6138a722688674d18c64158b0cb82411c7dec7234038d46067c66217eea`,
      'content-type': 'application/json; charset=utf-8',
      host: 'cs.cn-hangzhou.aliyuncs.com',
      'x-acs-action': 'ScaleOutCluster',
      'x-acs-content-sha256': '4e40b747d675eab967c5cc8c02c82086c0764f887e639a3d157f85474fc5ef86',
      'x-acs-date': '2024-05-06T07:08:09Z',
      'x-acs-signature-nonce': '0123456789abcdef0123456789abcdef',
      'x-acs-version': '2015-12-15',
    });
  });

  test('hold for a purchase with an STS token, which adds two signed headers', () => {
    const token = { ...credentials, securityToken: 'STS-EXAMPLE-TOKEN' };
    expect(signRequest({ ...purchase, credentials: token })).toMatchObject({
      authorization: `${algorithm} Credential=LTAI5tEXAMPLEKEYID,SignedHeaders=content-type;host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version,Signature=9fe55646580833e83395eb2674575e39fef812a2001244e06ec8dcb192f8ad1c`,
      'x-acs-accesskey-id': 'LTAI5tEXAMPLEKEYID',
      'x-acs-security-token': 'STS-EXAMPLE-TOKEN',
    });
  });

  test('hold for a read, which has a query and no body', () => {
    const { body: _body, ...read } = purchase;
    const headers = signRequest({
      ...read,
      method: 'GET',
      path: '/clusters/Cccfd68c474454665ace07efce924aaaa/tasks',
      query: { page_size: '50', page_number: '1' },
      action: 'DescribeClusterTasks',
    });
    expect(headers['authorization']).toMatch(
      /,Signature=7c65d9a8c7c9dd6957e84ca554106c605e61642702c4ddbd0d89fc55abea3a76$/,
    );
    expect(headers).not.toHaveProperty('content-type');
  });
});

describe('the official SDK', () => {
  const credentialsOf = fc.record(
    {
      accessKeyId: fc.stringMatching(/^[A-Za-z0-9]{16,24}$/),
      accessKeySecret: fc.string({ minLength: 1 }),
      securityToken: fc.stringMatching(/^[A-Za-z0-9+/=]{1,200}$/),
    },
    { requiredKeys: ['accessKeyId', 'accessKeySecret'] },
  );
  const odd = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.constantFrom("!'()*~", 'a b+c', '****', '%2A%7E', '&=?#/', '..'),
  );
  const requests: fc.Arbitrary<UnsignedRequest> = fc.record({
    method: fc.constantFrom('GET', 'POST'),
    path: fc.array(odd, { maxLength: 4 }).map((segments) => `/${segments.map(percentEncode).join('/')}`),
    query: fc.dictionary(fc.stringMatching(/^[A-Za-z_]{1,12}$/), odd, { noNullPrototype: true }),
    host: fc.domain(),
    body: fc.oneof(fc.constant(''), fc.json()),
    action: fc.stringMatching(/^[A-Za-z]{1,20}$/),
    version: fc.constant('2015-12-15'),
    credentials: credentialsOf,
    date: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.getTime()),
    nonce: fc.oneof(fc.uuid(), fc.constantFrom(' nonce', 'nonce ')),
  });

  testProperty('signs every request as we do', { of: [requests], numRuns: 500 }, (request) => {
    const { authorization, ...headers } = signRequest(request);
    expect(authorization).toBe(signatureOfSdk(request, headers));
  });

  test.each([
    ['with a plain key', credentials],
    ['with an STS token', { ...credentials, securityToken: 'STS/EXAMPLE+TOKEN==' }],
  ])('sends over the wire what we sign, %s', async (_case, key) => {
    const server = await serveHttp((response) => response.end('{"task_id":"T-1"}'));
    const host = `127.0.0.1:${server.port}`;
    const path = `/clusters/${percentEncode("C *'()~")}/tasks`;
    const query = { page_number: '1', filter: "a b*'()~" };
    await callThroughSdk(host, key, path, query);

    const [received] = server.requests;
    const { authorization: signatureSent, ...sent } = lowerCase(received?.headers ?? {});
    // The SDK also signs which of its credential providers it used, which means nothing to the gateway.
    const { 'x-acs-credentials-provider': _provider, ...meant } = sent;
    const request: UnsignedRequest = {
      ...purchase,
      path,
      query,
      host,
      credentials: key,
      body: received?.body ?? '',
      date: Date.parse(meant['x-acs-date'] ?? ''),
      nonce: meant['x-acs-signature-nonce'] ?? '',
    };
    const { authorization, ...headers } = signRequest(request);
    expect(meant).toMatchObject(headers);
    expect(signatureSent).toBe(signatureOfSdk(request, sent));
    expect(authorization).toBe(signatureOfSdk(request, meant));
  });
});

describe('encoding', () => {
  test('keeps the unreserved characters of RFC 3986 only', () => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
    const kept = ascii.filter((character) => percentEncode(character) === character).join('');
    expect(kept).toBe('-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~');
    expect(percentEncode("*'é")).toBe('%2A%27%C3%A9');
  });

  test('sorts the query by name, whatever order it came in', () => {
    expect(canonicalQuery({ b: '2', a: "x*'", B: '' })).toBe('B=&a=x%2A%27&b=2');
    expect(canonicalQuery({})).toBe('');
  });

  test('signs a path as the gateway rewrites it', () => {
    const signatureOf = (path: string) => signRequest({ ...purchase, path })['authorization'];
    expect(signatureOf('/clusters/C****+~')).toBe(signatureOf('/clusters/C%2A%2A%2A%2A%20%7E'));
  });

  test('cuts the date to the second', () => {
    const date = Date.parse('2024-05-06T07:08:09.999Z');
    expect(signRequest({ ...purchase, date })['x-acs-date']).toBe('2024-05-06T07:08:09Z');
  });
});

function signatureOfSdk(request: UnsignedRequest, headers: Record<string, string>): string {
  const { method, path, query, credentials: key } = request;
  const hash = createHash('sha256')
    .update(request.body ?? '')
    .digest('hex');
  const toSign = { method, pathname: path, query, headers, protocol: 'https', port: 443, body: Readable.from('') };
  return OpenApiUtil.getAuthorization(toSign, algorithm, hash, key.accessKeyId, key.accessKeySecret);
}

/** Its generic client, the only part of the SDK that can carry this operation's body. */
async function callThroughSdk(endpoint: string, key: AckCredentials, pathname: string, query: Record<string, string>) {
  const config = new $OpenApiUtil.Config({ ...key, type: key.securityToken ? 'sts' : 'access_key', endpoint });
  const call = {
    action: 'ScaleOutCluster',
    version: '2015-12-15',
    protocol: 'HTTP',
    pathname,
    method: 'POST',
    authType: 'AK',
    style: 'ROA',
    reqBodyType: 'json',
    bodyType: 'json',
  };
  const request = new $OpenApiUtil.OpenApiRequest({ query, body: JSON.parse(body) });
  const client: GenericClient = new OpenApi.default(config);
  await client.callApi(new $OpenApiUtil.Params(call), request, {});
}

/** The SDK declares its options as a class of another package, and takes a plain object. */
interface GenericClient {
  callApi(params: $OpenApiUtil.Params, request: $OpenApiUtil.OpenApiRequest, runtime: object): Promise<unknown>;
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
