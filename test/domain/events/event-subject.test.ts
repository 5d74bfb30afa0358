import { describe, expect, test } from '@jest/globals';
import { subjectOf } from '../../../functions/domain/events/event-subject.ts';
import type { JobEvent } from '../../../functions/domain/events/job-event-schema.ts';
import { anEvent } from '../../support/events.ts';

describe('the subject of an event', () => {
  const manual = { requestedBy: 'ann' };
  test.each<[string, JobEvent]>([
    ['3 nodes bought (alarm cpu-high)', anEvent('bought', { alarm: 'cpu-high' })],
    ['1 node bought (asked for by ann)', anEvent('bought', { count: 1, ...manual })],
    ['3 nodes bought, found by its task (asked for by ann)', anEvent('bought', { found: 'the only task', ...manual })],
    ['the API refused 3 nodes (asked for by ann)', anEvent('rejected', manual)],
    [
      'the API refused 3 nodes, QuotaExceeded (asked for by ann)',
      anEvent('rejected', { code: 'QuotaExceeded', ...manual }),
    ],
    [
      'nothing bought, max-per-day is reached (schedule monday-peak)',
      anEvent('refused', { reason: 'schedule monday-peak' }),
    ],
    [
      'only 3 nodes of 5 to reach its number, max-per-day is reached (schedule monday-peak)',
      anEvent('limited', { reason: 'schedule monday-peak' }),
    ],
    ['unknown whether 3 nodes were bought (asked for by ann)', anEvent('in-doubt', manual)],
    ['a person must say whether 1 node was bought (asked for by ann)', anEvent('parked', { count: 1, ...manual })],
    ['the request for 3 nodes is sent again (asked for by ann)', anEvent('rearmed', manual)],
    ['bob says that 3 nodes were bought (asked for by ann)', anEvent('resolved', manual)],
    [
      'bob says that 3 nodes were not bought (asked for by ann)',
      anEvent('resolved', { outcome: 'abandoned', ...manual }),
    ],
    ['3 nodes Ready (asked for by ann)', anEvent('ready', manual)],
    ['only 2 of 3 nodes came (asked for by ann)', anEvent('partial', manual)],
    ['the task for 3 nodes failed, Unknown (asked for by ann)', anEvent('failed', manual)],
    ['2 of 3 nodes overdue (asked for by ann)', anEvent('overdue', manual)],
    ['paused by bob', anEvent('paused')],
    ['resumed by bob', anEvent('resumed')],
    ['the leases of 3 nodes end on 2026-11-18, and nothing renews them', anEvent('expiring')],
    ['the lease of 1 node ends on 2026-11-18, and will be renewed', anEvent('expiring', { nodes: 1, renews: true })],
    ['nodes are still missing, and its alert may buy no more, a/b', anEvent('still-short', { key: 'a/b' })],
  ])('says: %s', (told, event) => {
    expect(subjectOf(event)).toBe(`edge: ${told}`);
  });

  test('has nothing in it that SNS refuses', () => {
    const alarm = 'Überlast\n边缘节点 cpu\u0007';
    expect(subjectOf(anEvent('bought', { alarm }))).toBe('edge: 3 nodes bought (alarm ?berlast? cpu?)');
  });

  test('is cut to 99 characters', () => {
    const subject = subjectOf(anEvent('bought', { alarm: 'a'.repeat(255) }));
    expect(subject).toHaveLength(99);
    expect(subject).toMatch(/^edge: 3 nodes bought \(alarm a+\.\.\.$/);
    const fits = subjectOf(anEvent('bought', { alarm: 'a'.repeat(70) }));
    expect(fits).toHaveLength(99);
    expect(fits).toMatch(/a\)$/);
  });
});
