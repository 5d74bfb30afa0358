import { describe, expect, test } from '@jest/globals';
import { parse } from '../fixtures/alerts/alert-fixtures.ts';
import { checkOutcome, outcomeProblems } from './check-outcome.ts';
import { payloadOfRun } from './fuzz.ts';

describe('mutated alerts', () => {
  test.each([1, 2, 3])('have sound outcomes in 2,000 runs of seed %i', (seed) => {
    const runs = Array.from({ length: 2000 }, (_, run) => ({
      run,
      problems: checkOutcome(payloadOfRun(seed, run).body),
    }));
    expect(runs.filter(({ problems }) => problems.length > 0)).toEqual([]);
  });

  test('are the same again for the same seed and run, and others for other seeds', () => {
    const bodies = (seed: number) => Array.from({ length: 100 }, (_, run) => payloadOfRun(seed, run).body);
    expect(bodies(7)).toEqual(bodies(7));
    expect(bodies(7)).not.toEqual(bodies(8));
  });

  test('reach every kind of outcome, so that the invariants are put to the test', () => {
    const seen = new Set<string>();
    for (let run = 0; run < 3000; run++) {
      const outcome = parse(payloadOfRun(4, run).body);
      seen.add(outcome.kind === 'poison' ? outcome.reason : outcome.kind);
    }
    const poison = ['too-large', 'too-deep', 'not-json', 'unknown-kind', 'unknown-version', 'unknown-cluster'];
    expect([...seen].toSorted()).toEqual(['ignored', 'invalid-field', 'jobs', ...poison].toSorted());
  });
});

describe('the check', () => {
  const job = {
    key: 'manual/edge-beijing/k',
    cluster: 'edge-beijing',
    source: 'manual',
    intent: { kind: 'add', nodes: 1 },
    payload: 'add 1',
    reason: 'r',
    occurredAt: Date.UTC(2026, 0),
  } as const;

  test('finds nothing wrong with a sound outcome', () => {
    expect(outcomeProblems({ kind: 'jobs', jobs: [job], warnings: [] })).toEqual([]);
  });

  test.each([
    [{ key: 'manual/edge-beijing/\ud800' }],
    [{ key: `manual/edge-beijing/${'界'.repeat(700)}` }],
    [{ key: 'other' }],
    [{ cluster: 'constructor', key: 'manual/constructor/k' }],
    [{ intent: { kind: 'add', nodes: 0 }, payload: 'add 0' } as const],
    [{ intent: { kind: 'breach', alarm: 'a', by: -1 }, payload: 'breach' } as const],
    [{ intent: { kind: 'breach', alarm: 'a', by: Number.NaN }, payload: 'breach' } as const],
    [{ payload: 'add 2' }],
    [{ reason: '' }],
    [{ occurredAt: Number.NaN }],
  ])('finds %j', (change) => {
    expect(outcomeProblems({ kind: 'jobs', jobs: [{ ...job, ...change }], warnings: [] })).not.toEqual([]);
  });

  test('finds an empty job list, a key that appears twice, and an explanation that is too long', () => {
    expect(outcomeProblems({ kind: 'jobs', jobs: [], warnings: [] })).not.toEqual([]);
    expect(outcomeProblems({ kind: 'jobs', jobs: [job, job], warnings: [] })).toEqual(['a key appears twice']);
    expect(outcomeProblems({ kind: 'ignored', why: 'x'.repeat(1001) })).not.toEqual([]);
    const recovery = { cluster: 'edge-beijing', source: 'arms', alert: 'f', endedAt: Date.UTC(2026, 0) } as const;
    expect(outcomeProblems({ kind: 'ignored', why: 'w', recoveries: [recovery] })).toEqual([]);
    const wrong = [{ cluster: 'toString' }, { alert: '\ud800' }, { endedAt: Date.UTC(2030, 0) }];
    for (const change of wrong)
      expect(outcomeProblems({ kind: 'ignored', why: 'w', recoveries: [{ ...recovery, ...change }] })).toHaveLength(1);
    expect(outcomeProblems({ kind: 'ignored', why: 'w', recoveries: [recovery, recovery] })).toHaveLength(1);
    expect(outcomeProblems({ kind: 'poison', reason: 'not-json', detail: '' })).not.toEqual([]);
  });
});
