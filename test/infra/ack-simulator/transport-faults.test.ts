import { beforeEach, describe, expect, test } from '@jest/globals';
import { clusterId, createBench, jsonOf, startAt } from './support.ts';

const bought = (bench: ReturnType<typeof createBench>) => bench.core.purchases().length;

let bench: ReturnType<typeof createBench>;
beforeEach(() => {
  bench = createBench();
});

describe('a throttled request', () => {
  test.each([400, 429] as const)('answers %d, buys nothing and spends its nonce', (status) => {
    bench.core.setFault({ kind: 'throttle', status, retryAfterMs: 1500 });
    const headers = { 'x-acs-signature-nonce': 'once' };
    const answer = bench.scaleOut({ headers });
    expect(answer).toMatchObject({ status, headers: { 'x-acs-retry-after': '1500' } });
    expect(jsonOf(answer)).toMatchObject({ Code: 'Throttling.User' });
    expect(bought(bench)).toBe(0);
    bench.core.clearFaults();
    expect(jsonOf(bench.scaleOut({ headers }))).toMatchObject({ Code: 'SignatureNonceUsed' });
  });

  test('may come without a time to wait', () => {
    bench.core.setFault({ kind: 'throttle', status: 429 });
    expect(bench.scaleOut().headers).not.toHaveProperty('x-acs-retry-after');
  });
});

describe('an error', () => {
  test('before executing buys nothing', () => {
    bench.core.setFault({ kind: 'error', status: 503, when: 'before' });
    const answer = bench.scaleOut();
    expect(answer.status).toBe(503);
    expect(answer).not.toHaveProperty('executed');
    expect(bought(bench)).toBe(0);
  });

  test('after executing has bought, and its answer does not say so', () => {
    bench.core.setFault({ kind: 'error', status: 500, when: 'after', spelling: 'service' });
    const answer = bench.scaleOut();
    expect(answer.status).toBe(500);
    expect(jsonOf(answer)).toEqual({
      code: 'InternalError',
      message: expect.any(String),
      requestId: expect.any(String),
    });
    expect(answer.body).not.toContain(answer.executed);
    expect(bought(bench)).toBe(1);
  });

  test('of a proxy is plain text', () => {
    bench.core.setFault({ kind: 'error', status: 502, when: 'before', spelling: 'text' });
    const answer = bench.scaleOut();
    expect(answer.headers['content-type']).toBe('text/plain');
    expect(() => jsonOf(answer)).toThrow(SyntaxError);
  });

  test.each([
    [{ status: 500 }, 'InternalError'],
    [{ status: 503 }, 'ServiceUnavailable'],
    [{ status: 403 }, 'Forbidden.RAM'],
    [{ status: 403, code: 'ErrorCheckAcl' }, 'ErrorCheckAcl'],
  ] as const)('of %j carries the code %s', (given, code) => {
    bench.core.setFault({ kind: 'error', when: 'before', ...given });
    expect(jsonOf(bench.scaleOut())).toMatchObject({ Code: code });
  });
});

describe('a lost answer', () => {
  test('of a dropped connection before executing leaves no trace, not even of the nonce', () => {
    const headers = { 'x-acs-signature-nonce': 'once' };
    bench.core.setFault({ kind: 'drop', when: 'before', times: 1 });
    expect(bench.scaleOut({ headers })).toEqual({
      status: 0,
      headers: {},
      body: '',
      delivery: { kind: 'reset', delayMs: 0 },
    });
    expect(bought(bench)).toBe(0);
    expect(bench.scaleOut({ headers }).status).toBe(202);
  });

  test.each([
    [{ kind: 'drop', when: 'after' }, 'reset'],
    [{ kind: 'half-close' }, 'half-close'],
  ] as const)('of %j has bought', (fault, kind) => {
    bench.core.setFault(fault);
    const answer = bench.scaleOut();
    expect(answer).toMatchObject({ status: 202, delivery: { kind }, executed: expect.any(String) });
    expect(bought(bench)).toBe(1);
  });

  test('that is truncated is half of a JSON text in a complete message', () => {
    bench.core.setFault({ kind: 'truncate' });
    const answer = bench.scaleOut();
    expect(answer).toMatchObject({ status: 202, delivery: { kind: 'answer' }, executed: expect.any(String) });
    expect(() => jsonOf(answer)).toThrow(SyntaxError);
  });

  test('that is cut by the connection ends in the middle of the body', () => {
    bench.core.setFault({ kind: 'truncate', cut: 'connection' });
    const answer = bench.scaleOut();
    expect(jsonOf(answer)).toMatchObject({ task_id: answer.executed });
    expect(answer.delivery).toEqual({ kind: 'cut', delayMs: 0, bytes: Math.floor(answer.body.length / 2) });
  });

  test('lacks the task id of what it bought', () => {
    bench.core.setFault({ kind: 'no-task-id' });
    const answer = bench.scaleOut();
    expect(answer).toMatchObject({ status: 202, executed: expect.any(String) });
    expect(jsonOf(answer)).toEqual({ cluster_id: clusterId, request_id: expect.any(String) });
    expect(bought(bench)).toBe(1);
  });

  test('is never made of a rejection', () => {
    bench.core.setFault({ kind: 'drop', when: 'after', times: 1 });
    expect(bench.scaleOut({ body: {} })).toMatchObject({ status: 400, delivery: { kind: 'answer' } });
    expect(bench.core.faults()).toEqual([{ kind: 'drop', when: 'after', times: 1 }]);
  });
});

describe('latency', () => {
  test('delays the answer and not the purchase', () => {
    bench.core.setFault({ kind: 'latency', ms: 25_000 });
    expect(bench.scaleOut()).toMatchObject({ status: 202, delivery: { kind: 'answer', delayMs: 25_000 } });
    expect(bench.core.purchases()).toMatchObject([{ at: startAt }]);
  });

  test('delays a rejection and a reset alike', () => {
    bench.core.setFault({ kind: 'latency', ms: 10 });
    expect(bench.scaleOut({ body: {} })).toMatchObject({ status: 400, delivery: { kind: 'answer', delayMs: 10 } });
    bench.core.setFault({ kind: 'drop', when: 'before' });
    expect(bench.scaleOut().delivery).toEqual({ kind: 'reset', delayMs: 10 });
  });

  test('adds to another fault of the same request', () => {
    bench.core.setFault({ kind: 'latency', ms: 10 });
    bench.core.setFault({ kind: 'drop', when: 'after' });
    bench.core.setFault({ kind: 'partial', got: 1 });
    bench.buy(3);
    expect(bench.scaleOut().delivery).toEqual({ kind: 'reset', delayMs: 10 });
    expect(bench.core.purchases()[0]).toMatchObject({ count: 3, nodesGot: 1 });
  });
});
