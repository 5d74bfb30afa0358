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
    ['fenceMs', 'forgetAfterMs'],
    ['queueRetentionMs', 'deadLetterRetentionMs'],
    ['maxDelayMs', 'waitNoteMs'],
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

  test('refuse a fence that leaves out the date window, the lag of the list, or twice what clocks may differ by', () => {
    expect(timingProblems({ ...timings, fenceMs: 37 * 60_000 - 1 })).toEqual([
      'fenceMs (2219999 ms) must be at least dateWindowMs, listLagMs and twice maxClockSkewMs together (2220000 ms)',
    ]);
    for (const part of ['dateWindowMs', 'listLagMs', 'maxClockSkewMs'] as const)
      expect(timingProblems({ ...timings, [part]: timings[part] + 1 })[0]).toContain('fenceMs');
  });

  test('refuse a slack for evidence below twice what clocks may differ by', () => {
    expect(timingProblems({ ...timings, evidenceSlackMs: 2 * timings.maxClockSkewMs - 1 })).toEqual([
      'evidenceSlackMs (119999 ms) must be at least twice maxClockSkewMs (60000 ms)',
    ]);
  });

  test('refuse recoveries that are forgotten while a message that they end may still be redriven', () => {
    const days = 24 * 3_600_000;
    expect(timingProblems({ ...timings, recoveryNoteMs: 18 * days })).toEqual([
      'recoveryNoteMs (1555200000 ms) must be longer than queueRetentionMs and deadLetterRetentionMs together (1555200000 ms)',
    ]);
  });

  test('list every broken relation at once', () => {
    expect(timingProblems({ ...timings, fenceMs: 0, deadLetterRetentionMs: 0 })).toEqual([
      'queueRetentionMs (345600000 ms) must be shorter than deadLetterRetentionMs (0 ms)',
      'fenceMs (0 ms) must be at least dateWindowMs, listLagMs and twice maxClockSkewMs together (2220000 ms)',
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
