import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  classifyResponse,
  type HttpAnswer,
  readErrorBody,
  shorten,
} from '../../../functions/domain/ack/classify-response.ts';
import { parseJson } from '../../../functions/domain/record.ts';
import { testProperty } from '../../support/test-property.ts';

const answer = (status: number, body: unknown, headers: HttpAnswer['headers'] = {}): HttpAnswer => ({
  kind: 'answer',
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const gatewayError = (Code: string) => ({ Code, Message: 'said the gateway', RequestId: 'R-1', HostId: 'cs' });
const serviceError = (code: string) => ({ code, message: 'said the service', requestId: 'R-1', status: 400 });

const throttled = { kind: 'refused-unexecuted', throttled: true };
const authentication = { kind: 'refused-unexecuted', authentication: true };
const refused = { kind: 'refused-unexecuted' };
const rejected = { kind: 'rejected', requestId: 'R-1' };
const ambiguous = { kind: 'ambiguous' };

describe('an answer without error', () => {
  test.each([200, 201, 202, 299])('with status %i and a task is accepted', (status) => {
    expect(classifyResponse(answer(status, { cluster_id: 'C', request_id: 'R-1', task_id: 'T-1' }))).toEqual({
      kind: 'accepted',
      taskId: 'T-1',
      requestId: 'R-1',
    });
  });

  test('is accepted by its task alone', () => {
    expect(classifyResponse(answer(202, { task_id: 'T-1' }))).toEqual({ kind: 'accepted', taskId: 'T-1' });
  });

  test.each([
    ['no task', '{"cluster_id":"C","request_id":"R"}'],
    ['an empty task', '{"task_id":""}'],
    ['a task that is no text', '{"task_id":7}'],
    ['a body cut short', '{"cluster_id":"C","task_id":"T-1'],
    ['an empty body', ''],
    ['a page of a proxy', '<html>OK</html>'],
    ['a list', '[{"task_id":"T-1"}]'],
    ['null', 'null'],
  ])('but with %s is ambiguous', (_case, body) => {
    expect(classifyResponse(answer(202, body))).toEqual({
      kind: 'ambiguous',
      why: 'HTTP 202 without a readable task_id',
    });
  });

  test.each([100, 199, 300, 301, 302, 304, 307, 308, 400, 404, 500])(
    'with status %i is ambiguous, even with a task',
    (status) => {
      expect(classifyResponse(answer(status, { task_id: 'T-1' }))).toMatchObject(ambiguous);
    },
  );
});

describe('an error', () => {
  const rows: [number, string, object][] = [
    [400, 'Throttling', throttled],
    [400, 'Throttling.User', throttled],
    [400, 'Throttling.Api', throttled],
    [429, 'Throttling.User', throttled],
    [429, 'Service.ThrottlingQuota', throttled],
    [403, 'Throttling.User', ambiguous],
    [503, 'Throttling.User', ambiguous],
    [429, 'TooManyRequests', ambiguous],
    [429, 'QuotaExceeded', ambiguous],
    [429, 'Forbidden', ambiguous],

    [400, 'SignatureDoesNotMatch', authentication],
    [403, 'SignatureDoesNotMatch', authentication],
    [404, 'SignatureDoesNotMatch', ambiguous],
    [404, 'InvalidAccessKeyId.NotFound', authentication],
    [400, 'IncompleteSignature', authentication],
    [403, 'IncompleteSignature', ambiguous],
    [500, 'IncompleteSignature', ambiguous],
    [400, 'IncompleteSignature.Header', ambiguous],
    [400, 'incompletesignature', ambiguous],
    [403, 'InvalidAccessKeyId.Inactive', authentication],
    [400, 'InvalidAccessKeyId', authentication],
    [400, 'InvalidSecurityToken.Expired', authentication],
    [403, 'InvalidSecurityToken.MismatchWithAccessKey', authentication],
    [500, 'InvalidSecurityToken.Expired', ambiguous],
    [400, 'InvalidAccessKeyIdentity', ambiguous],

    [400, 'InvalidTimeStamp.Expired', refused],
    [403, 'InvalidTimeStamp.Expired', ambiguous],
    [400, 'InvalidTimeStamp.Format', ambiguous],

    [400, 'SignatureNonceUsed', ambiguous],
    [403, 'SignatureNonceUsed', ambiguous],

    [404, 'ErrorClusterNotFound', rejected],
    [400, 'ErrorClusterNotFound', rejected],
    [403, 'ErrorCheckAcl', rejected],
    [403, 'Forbidden', rejected],
    [403, 'Forbidden.RAM', rejected],
    [403, 'ForbiddenAddNode', rejected],
    [400, 'InvalidParameter', rejected],
    [400, 'InvalidParameter.Count', rejected],
    [422, 'InvalidParameterValue', rejected],
    [400, 'MissingParameter', rejected],
    [400, 'Missing.login_password', rejected],
    [400, 'QuotaExceeded', rejected],
    [403, 'QuotaExceeded.Node', rejected],
    [400, 'InsufficientBalance', rejected],
    [403, 'InsufficientBalance.Account', rejected],

    [400, 'SomethingNew', ambiguous],
    [400, 'NotForbidden', ambiguous],
    [400, 'forbidden', ambiguous],
    [400, 'ErrorClusterNotFoundYet', ambiguous],
    [409, 'Conflict', ambiguous],
    [302, 'Forbidden', ambiguous],
    [500, 'InternalError', ambiguous],
    [500, 'InvalidParameter', ambiguous],
    [502, 'Forbidden', ambiguous],
    [503, 'ServiceUnavailable', ambiguous],
    [504, 'MissingParameter', ambiguous],
  ];

  test.each(rows)('with status %i and code %s means %j, in either spelling', (status, code, outcome) => {
    for (const body of [gatewayError(code), serviceError(code)]) {
      const classified = classifyResponse(answer(status, body));
      expect(classified).toMatchObject({ ...outcome, code });
      expect('authentication' in classified).toBe('authentication' in outcome);
    }
  });

  test.each([400, 401, 403, 404, 408, 409, 429, 500, 502, 503, 504])(
    'with status %i and plain text is ambiguous',
    (status) => {
      expect(classifyResponse(answer(status, 'Throttling Forbidden InvalidParameter'))).toEqual({
        kind: 'ambiguous',
        why: `HTTP ${status} Throttling Forbidden InvalidParameter`,
      });
    },
  );

  test('that is rejected says why', () => {
    expect(classifyResponse(answer(403, gatewayError('Forbidden.RAM')))).toEqual({
      kind: 'rejected',
      code: 'Forbidden.RAM',
      message: 'said the gateway',
      requestId: 'R-1',
    });
  });

  test('that is not rejected says what was answered', () => {
    expect(classifyResponse(answer(503, serviceError('ServiceUnavailable')))).toEqual({
      kind: 'ambiguous',
      why: 'HTTP 503 ServiceUnavailable said the service',
      code: 'ServiceUnavailable',
    });
  });

  testProperty(
    'keeps texts to 300 characters, whatever was answered',
    {
      of: [
        fc.constantFrom(400, 403, 429, 500),
        fc.constantFrom('Throttling', 'Forbidden', 'SomethingNew'),
        fc.nat(600),
      ],
    },
    (status, code, length) => {
      const long = 'x'.repeat(length);
      const body = { Code: `${code}.${long}`, Message: long, RequestId: long };
      for (const text of Object.values(classifyResponse(answer(status, body))))
        expect(String(text).length).toBeLessThanOrEqual(300);
    },
  );
});

describe('throttling', () => {
  const wait = (header: string | undefined) =>
    classifyResponse(
      answer(429, gatewayError('Throttling.User'), header === undefined ? {} : { 'x-acs-retry-after': header }),
    );

  test.each([
    ['0', 0],
    ['1500', 1500],
    ['900000', 900_000],
    ['900001', 900_000],
    ['99999999999999999999', 900_000],
  ])('says that the gateway asks for %s ms: %i', (header, retryAfterMs) => {
    expect(wait(header)).toMatchObject({ kind: 'refused-unexecuted', retryAfterMs });
  });

  test.each([undefined, '', '-1', '1.5', '1e3', 'soon', 'Wed, 21 Oct 2026 07:28:00 GMT'])(
    'ignores %p, which is no wait',
    (header) => {
      expect(wait(header)).not.toHaveProperty('retryAfterMs');
    },
  );
});

describe('no answer', () => {
  const failure = (connected: boolean) =>
    classifyResponse({ kind: 'failure', code: 'ECONNRESET', connected, message: 'socket hang up' });

  test('without a connection proves that nothing was executed', () => {
    expect(failure(false)).toEqual({ kind: 'refused-unexecuted', why: 'socket hang up', code: 'ECONNRESET' });
  });

  test('over a connection proves nothing', () => {
    expect(failure(true)).toEqual({ kind: 'ambiguous', why: 'socket hang up', code: 'ECONNRESET' });
  });
});

testProperty(
  'a random answer proves nothing',
  { of: [fc.integer({ min: 100, max: 599 }), fc.oneof(fc.string(), fc.json())] },
  (status, body) => {
    expect(classifyResponse(answer(status, body)).kind).toBe('ambiguous');
  },
);

describe('readErrorBody', () => {
  test('reads the underscore spelling of the request id', () => {
    expect(readErrorBody('{"code":"A","message":"b","request_id":"c"}')).toEqual({
      code: 'A',
      message: 'b',
      requestId: 'c',
    });
  });

  test('believes the gateway when both spellings are there', () => {
    expect(
      readErrorBody('{"code":"a","Code":"A","message":"b","Message":"B","requestId":"c","RequestId":"C"}'),
    ).toEqual({ code: 'A', message: 'B', requestId: 'C' });
  });

  test('ignores fields of another type', () => {
    expect(readErrorBody('{"code":404,"message":null,"requestId":{}}')).toEqual({
      code: undefined,
      message: '',
      requestId: undefined,
    });
  });

  test.each(['plain text', '[]', '"text"', ''])('takes %j as the message', (body) => {
    expect(readErrorBody(body)).toEqual({ message: body });
  });
});

test('shorten leaves 300 characters and says that there were more', () => {
  expect(shorten('x'.repeat(300))).toBe('x'.repeat(300));
  expect(shorten('x'.repeat(301))).toBe(`${'x'.repeat(299)}…`);
});

test('parseJson gives nothing for what is no JSON', () => {
  expect([parseJson('{"a":1}'), parseJson('{"a":')]).toEqual([{ a: 1 }, undefined]);
});
