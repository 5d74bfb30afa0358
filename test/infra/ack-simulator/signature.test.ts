import { describe, expect, test } from '@jest/globals';
import type { SimRequest } from '../../../functions/backtest/world/ack/messages.ts';
import { algorithm, hashOf, refusal, sign, verdict } from './signing.ts';
import { accessKey, clusterId, createBench, startAt, utc, validBody } from './support.ts';

const withHeader = (request: SimRequest, name: string, value: string): SimRequest => ({
  ...request,
  headers: { ...request.headers, [name]: value },
});

const withoutHeader = (request: SimRequest, left: string): SimRequest => ({
  ...request,
  headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => name !== left)),
});

const signing = () => createBench({ verifySignatures: true });

describe('a signature', () => {
  const host = 'cs.cn-hangzhou.aliyuncs.com';
  const nonce = '0123456789abcdef0123456789abcdef';
  const signedNames = 'host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version';
  const vector = (names: string, signature: string) =>
    `${algorithm} Credential=${accessKey.accessKeyId},SignedHeaders=${names},Signature=${signature}`;
  const common = { host, 'x-acs-date': '2024-05-06T07:08:09Z', 'x-acs-signature-nonce': nonce };
  const bodyHash = '4e40b747d675eab967c5cc8c02c82086c0764f887e639a3d157f85474fc5ef86';

  // Worked out with the official SDK for this very request.
  test('of the purchase vector is accepted', () => {
    const bench = signing();
    const names = `content-type;${signedNames}`;
    const authorization = vector(names, '771aa6138a722688674d18c64158b0cb82411c7dec7234038d46067c66217eea');
    const headers = { ...common, authorization, 'x-acs-content-sha256': bodyHash };
    expect(bench.scaleOut({ headers }).status).toBe(202);
  });

  test('of the purchase vector with an STS token is accepted', () => {
    const securityToken = 'STS-EXAMPLE-TOKEN';
    const bench = createBench({ verifySignatures: true, accessKeys: [{ ...accessKey, securityToken }] });
    const names =
      'content-type;host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version';
    const headers = {
      ...common,
      authorization: vector(names, '9fe55646580833e83395eb2674575e39fef812a2001244e06ec8dcb192f8ad1c'),
      'x-acs-content-sha256': bodyHash,
      'x-acs-accesskey-id': accessKey.accessKeyId,
      'x-acs-security-token': securityToken,
    };
    expect(bench.scaleOut({ headers }).status).toBe(202);
  });

  test('of the read vector, with a query and no body, is accepted', () => {
    const bench = signing();
    const authorization = vector(signedNames, '7c65d9a8c7c9dd6957e84ca554106c605e61642702c4ddbd0d89fc55abea3a76');
    const headers = { ...common, authorization, 'x-acs-content-sha256': hashOf('') };
    const query = 'page_number=1&page_size=50';
    const request = bench.request('DescribeClusterTasks', 'GET', `/clusters/${clusterId}/tasks`, { headers, query });
    expect(bench.core.handle(request).status).toBe(200);
  });

  test('of the SDK is accepted for a path, a query and a header that it rewrites', () => {
    const id = "c (1)*!'~+ü";
    const bench = createBench({ verifySignatures: true, clusters: [{ id, region: 'cn-beijing' }] });
    const path = '/clusters/c%20%281%29%2A%21%27%7E%2B%C3%BC/nodes';
    const given = { query: 'state=all&nodeNames=a%20b%2Bc%2A~', headers: { 'x-acs-extra': ' spaced ' } };
    expect(verdict(bench, sign(bench.request('DescribeClusterNodes', 'GET', path, given))).status).toBe(200);
  });

  test.each<[string, (request: SimRequest) => SimRequest]>([
    ['another method', (request) => ({ ...request, method: 'GET', path: `/clusters/${clusterId}` })],
    ['another query', (request) => ({ ...request, query: 'dry=1' })],
    ['another body', (request) => ({ ...request, body: JSON.stringify({ ...validBody, count: 50 }) })],
    ['another host', (request) => withHeader(request, 'host', 'example.com')],
    ['another date', (request) => withHeader(request, 'x-acs-date', utc(startAt + 1000))],
    ['another nonce', (request) => withHeader(request, 'x-acs-signature-nonce', 'other')],
    ['another content-type', (request) => withHeader(request, 'content-type', 'application/json')],
    ['a header added on the way', (request) => withHeader(request, 'x-acs-extra', '1')],
    [
      'fewer headers',
      (request) => withHeader(request, 'authorization', String(request.headers['authorization']).replace('host;', '')),
    ],
    ['a content hash that is missing', (request) => withoutHeader(request, 'x-acs-content-sha256')],
  ])('does not fit %s', (_what, tamper) => {
    const bench = signing();
    const changed = tamper(sign(bench.scaleOutRequest()));
    // The action must name the operation, or the request fails before anyone looks at the signature.
    const request = changed.method === 'GET' ? withHeader(changed, 'x-acs-action', 'DescribeClusterDetail') : changed;
    expect(verdict(bench, request)).toEqual(refusal(400, 'SignatureDoesNotMatch'));
    expect(bench.core.purchases()).toEqual([]);
  });

  test('does not fit a content hash of another body, though that header is signed', () => {
    const bench = signing();
    const request = sign(bench.scaleOutRequest(), { contentHash: hashOf('another body') });
    expect(verdict(bench, request)).toEqual(refusal(400, 'SignatureDoesNotMatch'));
  });

  test('made with another secret is refused', () => {
    const bench = signing();
    const request = sign(bench.scaleOutRequest(), { accessKeySecret: 'wrong' });
    expect(verdict(bench, request)).toEqual(refusal(400, 'SignatureDoesNotMatch'));
  });

  test('by an unknown access key is refused', () => {
    const bench = signing();
    const request = sign(bench.scaleOutRequest(), { accessKeyId: 'LTAI-nobody' });
    expect(verdict(bench, request)).toEqual(refusal(404, 'InvalidAccessKeyId.NotFound'));
  });

  test.each(['', 'Bearer token', 'ACS3-HMAC-SM3 Credential=a,SignedHeaders=b,Signature=c'])(
    'is missing from the authorization %j',
    (authorization) => {
      const bench = signing();
      const request = bench.scaleOutRequest({ headers: { authorization } });
      expect(verdict(bench, request)).toEqual(refusal(400, 'IncompleteSignature'));
    },
  );
});
