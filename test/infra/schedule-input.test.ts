import { expect, test } from '@jest/globals';
import { scheduleInput } from '../../functions/domain/config/schedule-input.ts';

const schedule = { name: 'monday-peak', at: 'cron(30 7 ? * MON *)' };

test('asks for what the schedule asks for, and for nothing that it leaves out', () => {
  expect(scheduleInput('edge-test', { ...schedule, reach: 8 }, '2026-11-23T07:30:00Z')).toEqual({
    version: 1,
    kind: 'schedule',
    schedule: 'monday-peak',
    scheduledTime: '2026-11-23T07:30:00Z',
    cluster: 'edge-test',
    reach: 8,
  });
  expect(scheduleInput('edge-test', { ...schedule, add: 2, until: '2026-11-24T00:00:00Z' }, 'when it is due')).toEqual({
    version: 1,
    kind: 'schedule',
    schedule: 'monday-peak',
    scheduledTime: 'when it is due',
    cluster: 'edge-test',
    add: 2,
    until: '2026-11-24T00:00:00Z',
  });
});
