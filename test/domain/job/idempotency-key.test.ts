import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  againKey,
  cloudmonitorAlert,
  cloudmonitorKey,
  cloudwatchKey,
  episodeKey,
  firingIn,
  manualKey,
  scheduleKey,
} from '../../../functions/domain/job/idempotency-key.ts';
import { sampleAt } from '../../support/samples.ts';
import { testProperty } from '../../support/test-property.ts';

const arn = 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:edge/cpu';

describe('a key', () => {
  test.each([
    [
      'an alarm and its transition',
      cloudwatchKey('edge', arn, sampleAt),
      `cloudwatch/edge/${arn}/2026-11-11T08:00:00.000Z`,
    ],
    [
      'a series and its episode',
      episodeKey('grafana', 'edge', 'c0ffee', sampleAt),
      'grafana/edge/c0ffee/2026-11-11T08:00:00.000Z',
    ],
    [
      'a rule, a resource and when it fired',
      cloudmonitorKey('edge', 'putNewAlarm_1', '{instanceId=i-12}', sampleAt),
      'cloudmonitor/edge/putNewAlarm_1/{instanceId=i-12}/2026-11-11T08:00:00.000Z',
    ],
    [
      'a schedule and its occurrence',
      scheduleKey('edge', 'monday-peak', sampleAt),
      'schedule/edge/monday-peak/2026-11-11T08:00:00.000Z',
    ],
    ["a person's own key", manualKey('edge', 'sale-1'), 'manual/edge/sale-1'],
    ['the whole key, as it was printed', manualKey('edge', 'manual/edge/sale-1'), 'manual/edge/sale-1'],
    ['the whole key of another cluster', manualKey('edge', 'manual/far/sale-1'), 'manual/edge/manual/far/sale-1'],
  ])('names %s', (_what, key, expected) => {
    expect(key).toBe(expected);
  });

  test('tells transitions apart that are a millisecond apart', () => {
    expect(cloudwatchKey('edge', arn, sampleAt)).not.toBe(cloudwatchKey('edge', arn, sampleAt + 1));
  });

  testProperty(
    'has its instant as a Date prints it',
    { of: [fc.array(fc.date({ noInvalidDate: true }))], numRuns: 500 },
    (dates) => {
      for (const date of dates)
        expect(episodeKey('grafana', 'edge', 'a', date.getTime())).toBe(`grafana/edge/a/${date.toISOString()}`);
    },
  );

  test.each([
    [cloudwatchKey('edge', arn, sampleAt), { alert: arn, wentOffAt: sampleAt }],
    [episodeKey('arms', 'edge', 'c0ffee', sampleAt), { alert: 'c0ffee', wentOffAt: sampleAt }],
    [againKey(episodeKey('arms', 'edge', 'c0ffee', sampleAt), 2), { alert: 'c0ffee', wentOffAt: sampleAt }],
    [
      cloudmonitorKey('edge', 'r-1', '{a=/2026-11-11T08:00:00.000Z/again/2}', sampleAt),
      { alert: cloudmonitorAlert('r-1', '{a=/2026-11-11T08:00:00.000Z/again/2}'), wentOffAt: sampleAt },
    ],
    [manualKey('edge', 'sale-1'), undefined],
    [manualKey('edge', 'a/2026-11-11T08:00:00.000Z'), undefined],
    [scheduleKey('edge', 'monday-peak', sampleAt), undefined],
  ])('%s names its firing', (key, firing) => {
    expect(firingIn(key)).toEqual(firing);
  });

  test('refuses to be made of an instant that is none', () => {
    expect(() => scheduleKey('edge', 'monday-peak', Number.NaN)).toThrow(RangeError);
  });

  // Cluster names hold no slash, and of CloudMonitor's two parts the first holds none: both are checked where they are read.
  const cluster = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 3 });
  const part = fc.string({ unit: fc.constantFrom('a', '/', ':'), minLength: 1, maxLength: 4 });
  const noSlash = fc.string({ unit: fc.constantFrom('a', ':'), minLength: 1, maxLength: 3 });
  const at = fc.integer({ min: sampleAt, max: sampleAt + 2 });
  const need = fc.oneof(
    fc
      .tuple(fc.constant('cloudwatch'), cluster, part, at)
      .map((all) => ({ all, key: cloudwatchKey(all[1], all[2], all[3]) })),
    fc
      .tuple(fc.constantFrom('alertmanager', 'grafana', 'arms'), cluster, part, at)
      .map((all) => ({ all, key: episodeKey(all[0], all[1], all[2], all[3]) })),
    fc
      .tuple(fc.constant('cloudmonitor'), cluster, noSlash, part, at)
      .map((all) => ({ all, key: cloudmonitorKey(all[1], all[2], all[3], all[4]) })),
    fc
      .tuple(fc.constant('schedule'), cluster, noSlash, at)
      .map((all) => ({ all, key: scheduleKey(all[1], all[2], all[3]) })),
    fc.tuple(fc.constant('manual'), cluster, part).map((all) => ({ all, key: manualKey(all[1], all[2]) })),
  );

  testProperty(
    'is the same for the same need, and never for two needs',
    { of: [need, need], numRuns: 2000 },
    (a, b) => {
      expect(a.key === b.key).toBe(JSON.stringify(a.all) === JSON.stringify(b.all));
    },
  );
});
