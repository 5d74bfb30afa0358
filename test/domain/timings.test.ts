import { describe, expect, test } from '@jest/globals';
import { timingProblems, timings } from '../../functions/domain/timings.ts';

describe('timings', () => {
  test('are in the order that the protocol needs', () => {
    expect(timingProblems()).toEqual([]);
  });

  test.each([
    ['sendWithinMs', 'requestTimeoutMs'],
    ['connectTimeoutMs', 'requestTimeoutMs'],
    ['requestTimeoutMs', 'jobTimeMs'],
    ['jobTimeMs', 'functionTimeoutMs'],
    ['webhookTimeoutMs', 'functionTimeoutMs'],
    ['functionTimeoutMs', 'leaseMs'],
    ['leaseMs', 'visibilityTimeoutMs'],
    ['dateWindowMs', 'fenceMs'],
    ['fenceMs', 'forgetAfterMs'],
    ['queueRetentionMs', 'deadLetterRetentionMs'],
  ] as const)('refuse %s that is as long as %s', (shorter, longer) => {
    const equal = { ...timings, [shorter]: timings[longer] };
    expect(timingProblems(equal)).toContain(
      `${shorter} (${timings[longer]} ms) must be shorter than ${longer} (${timings[longer]} ms)`,
    );
    expect(timingProblems({ ...timings, [longer]: timings[shorter] })).toContain(
      `${shorter} (${timings[shorter]} ms) must be shorter than ${longer} (${timings[shorter]} ms)`,
    );
  });

  test('refuse a visibility timeout below six function timeouts', () => {
    expect(timingProblems({ ...timings, visibilityTimeoutMs: 6 * timings.functionTimeoutMs - 1 })).toEqual([
      'visibilityTimeoutMs (359999 ms) must be at least six times functionTimeoutMs (60000 ms)',
    ]);
  });

  test('list every broken relation at once', () => {
    expect(timingProblems({ ...timings, fenceMs: 0, deadLetterRetentionMs: 0 })).toEqual([
      'dateWindowMs (900000 ms) must be shorter than fenceMs (0 ms)',
      'queueRetentionMs (345600000 ms) must be shorter than deadLetterRetentionMs (0 ms)',
    ]);
  });

  test('fit into what SQS can do: 15 minutes of delay, 12 hours of invisibility, 14 days of retention', () => {
    for (const delay of ['maxDelayMs', 'busyDelayMs', 'backoffMs'] as const)
      expect(timings[delay]).toBeLessThanOrEqual(15 * 60_000);
    expect(timings.visibilityTimeoutMs).toBeLessThanOrEqual(12 * 3_600_000);
    for (const kept of ['queueRetentionMs', 'deadLetterRetentionMs'] as const)
      expect(timings[kept]).toBeLessThanOrEqual(14 * 86_400_000);
  });
});
