import { describe, expect } from '@jest/globals';
import fc from 'fast-check';
import type { Fault } from '../../../functions/backtest/world/ack/fault-schema.ts';
import { testProperty } from '../../support/test-property.ts';
import { clusterId, createBench, minute, validBody } from './support.ts';

const fault = fc.constantFrom<Fault>(
  { kind: 'throttle', status: 429, times: 1 },
  { kind: 'error', status: 500, when: 'before', times: 1 },
  { kind: 'error', status: 500, when: 'after', times: 1 },
  { kind: 'drop', when: 'before', times: 1 },
  { kind: 'drop', when: 'after', times: 1 },
  { kind: 'half-close', times: 1 },
  { kind: 'latency', ms: 1000, times: 1 },
  { kind: 'truncate', times: 1 },
  { kind: 'no-task-id', times: 1 },
  { kind: 'no-stock', times: 1 },
  { kind: 'partial', got: 1, times: 1 },
  { kind: 'task-fails', code: 'X', message: 'x', times: 1 },
  { kind: 'node-never-joins', count: 1, times: 1 },
);

const step = fc.oneof(
  fc.record({ kind: fc.constant('fault' as const), fault }),
  fc.record({ kind: fc.constant('buy' as const), count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('console' as const), count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 10 * minute }) }),
);

/** Lives one history; returns the tasks of the answers that executed, and the bench. */
function live(steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]) {
  const bench = createBench({ listLagMs: 0 });
  const executed: string[] = [];
  for (const one of steps) {
    if (one.kind === 'fault') bench.core.setFault(one.fault);
    if (one.kind === 'console') bench.core.consoleScaleOut(clusterId, one.count);
    if (one.kind === 'pass') bench.pass(one.ms);
    if (one.kind !== 'buy') continue;
    const answer = bench.scaleOut({ body: { ...validBody, count: one.count } });
    if (answer.executed !== undefined) executed.push(answer.executed);
  }
  return { bench, executed };
}

describe('in any history', () => {
  testProperty(
    'an answer says `executed` exactly for the purchases of the API',
    { of: [fc.array(step, { maxLength: 30 })] },
    (steps) => {
      const { bench, executed } = live(steps);
      const byApi = bench.core.purchases().filter(({ by }) => by === 'api');
      expect(executed).toEqual(byApi.map(({ taskId }) => taskId));
    },
  );

  testProperty(
    'every purchase is one task, and in the end the cluster has the nodes that were got',
    { of: [fc.array(step, { maxLength: 30 })] },
    (steps) => {
      const { core, pass } = live(steps).bench;
      const purchases = core.purchases();
      expect(
        core
          .tasksOf(clusterId)
          .map(({ taskId }) => taskId)
          .toSorted(),
      ).toEqual(purchases.map(({ taskId }) => taskId).toSorted());
      pass(10 * minute);
      const got = purchases.reduce((sum, { nodesGot }) => sum + nodesGot, 0);
      expect(core.nodesOf(clusterId)).toHaveLength(got);
    },
  );
});

describe('any request', () => {
  const text = fc.string({ maxLength: 30 });
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', '');
  const path = fc.oneof(
    text,
    text.map((id) => `/clusters/${id}/tasks`),
    text.map((id) => `/api/v2/clusters/${id}`),
  );
  const headers = fc.dictionary(
    fc.constantFrom('authorization', 'x-acs-date', 'x-acs-version', 'x-acs-action', 'host'),
    text,
  );

  testProperty(
    'that nobody signed is refused, and the simulator lives on',
    { of: [fc.record({ method, path, query: text, headers, body: text })] },
    (request) => {
      const { core } = createBench({ verifySignatures: true });
      const { status } = core.handle(request);
      expect([400, 404]).toContain(status);
      expect(core.purchases()).toEqual([]);
    },
  );
});
