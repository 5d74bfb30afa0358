import { beforeEach, describe, expect, test } from '@jest/globals';
import { refusal, sign, verdict } from './signing.ts';
import { accessKey, clusterId, createBench, jsonOf, minute, startAt, utc, validBody } from './support.ts';

let bench: ReturnType<typeof createBench>;
beforeEach(() => {
  bench = createBench();
});

describe('an STS token', () => {
  const securityToken = 'STS-EXAMPLE-TOKEN';
  const sts = (tokenExpiresAt = Number.POSITIVE_INFINITY) =>
    createBench({ verifySignatures: true, accessKeys: [{ ...accessKey, securityToken, tokenExpiresAt }] });
  const tokenHeaders = { 'x-acs-accesskey-id': accessKey.accessKeyId, 'x-acs-security-token': securityToken };

  test('that is another one is refused as expired', () => {
    const bench = sts();
    const headers = { ...tokenHeaders, 'x-acs-security-token': 'STS-YESTERDAY' };
    const request = sign(bench.scaleOutRequest({ headers }));
    expect(verdict(bench, request)).toEqual(refusal(400, 'InvalidSecurityToken.Expired'));
  });

  test('is refused from the instant at which it ends', () => {
    const bench = sts(startAt + minute);
    bench.pass(minute - 1);
    expect(verdict(bench, sign(bench.scaleOutRequest({ headers: tokenHeaders }))).status).toBe(202);
    bench.pass(1);
    const request = sign(bench.scaleOutRequest({ headers: tokenHeaders }));
    expect(verdict(bench, request)).toEqual(refusal(400, 'InvalidSecurityToken.Expired'));
  });

  test('is needed by the key that came with it', () => {
    const bench = sts();
    expect(verdict(bench, sign(bench.scaleOutRequest()))).toEqual(refusal(400, 'MissingSecurityToken'));
  });

  test('goes with the header that repeats the access key', () => {
    const bench = sts();
    const request = sign(bench.scaleOutRequest({ headers: { 'x-acs-security-token': securityToken } }));
    expect(verdict(bench, request)).toEqual(refusal(400, 'InvalidSecurityToken.MismatchWithAccessKey'));
  });

  test('does not go with a permanent key', () => {
    const bench = createBench({ verifySignatures: true });
    const request = sign(bench.scaleOutRequest({ headers: tokenHeaders }));
    expect(verdict(bench, request)).toEqual(refusal(400, 'InvalidSecurityToken.Expired'));
  });
});

describe('a date', () => {
  const dated = (offsetMs: number) => {
    const bench = createBench();
    return verdict(bench, bench.scaleOutRequest({ headers: { 'x-acs-date': utc(startAt + offsetMs) } }));
  };

  test.each([-15 * minute, 0, 15 * minute])('%d ms off the clock is accepted', (offsetMs) => {
    expect(dated(offsetMs).status).toBe(202);
  });

  test.each([-15 * minute - 1000, 15 * minute + 1000])('%d ms off the clock has expired', (offsetMs) => {
    expect(dated(offsetMs)).toEqual(refusal(400, 'InvalidTimeStamp.Expired'));
  });

  test.each([undefined, '', '2024-05-06 07:08:09', '2024-05-06T07:08:09.000Z', '2024-02-30T07:08:09Z', '1714979289'])(
    'is not %j',
    (date) => {
      const request = bench.scaleOutRequest({ headers: { 'x-acs-date': date } });
      expect(verdict(bench, request)).toEqual(refusal(400, 'InvalidTimeStamp.Format'));
    },
  );
});

describe('a nonce', () => {
  const once = { 'x-acs-signature-nonce': 'once' };

  test('is used once, also when the first request was refused by the service', () => {
    expect(bench.scaleOut({ headers: once, body: {} }).status).toBe(400);
    expect(verdict(bench, bench.scaleOutRequest({ headers: once }))).toEqual(refusal(400, 'SignatureNonceUsed'));
    expect(bench.core.purchases()).toEqual([]);
  });

  test('is not spent by a request that the gateway refused for its date', () => {
    const stale = { ...once, 'x-acs-date': utc(startAt - 20 * minute) };
    expect(bench.scaleOut({ headers: stale }).status).toBe(400);
    expect(bench.scaleOut({ headers: once }).status).toBe(202);
  });

  test('is remembered for 31 minutes', () => {
    bench.scaleOut({ headers: once });
    bench.pass(31 * minute);
    expect(verdict(bench, bench.scaleOutRequest({ headers: once })).code).toBe('SignatureNonceUsed');
    bench.pass(1);
    expect(bench.scaleOut({ headers: once }).status).toBe(202);
  });

  test('is needed', () => {
    const request = bench.scaleOutRequest({ headers: { 'x-acs-signature-nonce': undefined } });
    expect(verdict(bench, request)).toEqual(refusal(400, 'MissingSignatureNonce'));
  });
});

describe('the gateway', () => {
  test.each([undefined, '2018-04-18'])('knows no version %j', (version) => {
    const request = bench.scaleOutRequest({ headers: { 'x-acs-version': version } });
    expect(verdict(bench, request)).toEqual(refusal(400, 'InvalidVersion'));
  });

  test.each([undefined, 'ScaleCluster', 'DescribeClusterDetail'])('does not serve action %j on the path', (action) => {
    const request = bench.scaleOutRequest({ headers: { 'x-acs-action': action } });
    expect(verdict(bench, request)).toEqual(refusal(404, 'InvalidAction.NotFound'));
  });

  test.each([
    ['ScaleOutCluster', 'PUT', `/api/v2/clusters/${clusterId}`],
    ['ScaleOutCluster', 'POST', `/clusters/${clusterId}`],
    ['DescribeClusterDetail', 'POST', `/clusters/${clusterId}`],
    ['DescribeClusterDetail', 'GET', '/'],
    ['DescribeTaskInfo', 'GET', '/tasks/'],
    ['DescribeClusterNodes', 'GET', '/clusters/%E0%A4%A/nodes'],
  ] as const)('does not serve %s at %s %s', (action, method, path) => {
    const request = bench.request(action, method, path, { body: validBody });
    expect(verdict(bench, request)).toEqual(refusal(404, 'InvalidAction.NotFound'));
  });

  test('spells its errors in upper case and names the host', () => {
    const answer = bench.scaleOut({ headers: { 'x-acs-version': '1' } });
    expect(jsonOf(answer)).toEqual({
      Code: 'InvalidVersion',
      Message: expect.any(String),
      RequestId: answer.headers['x-acs-request-id'],
      HostId: 'cs.cn-beijing.aliyuncs.com',
    });
  });
});
