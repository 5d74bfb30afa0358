import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { breachByValues, breachOf } from '../../../functions/domain/alerts/cloudwatch-breach.ts';
import { fixture, jobOf } from '../../fixtures/alerts/alert-fixtures.ts';

const byOf = (name: string): number | undefined => {
  const { intent } = jobOf(fixture(`cloudwatch/${name}.json`));
  return intent.kind === 'breach' ? intent.by : undefined;
};

describe('the size of a breach', () => {
  test.each([
    ['is taken from the newest datapoint', 'eventbridge', 11.25],
    ['is that of the newest crossing datapoint in an M out of N alarm', 'eventbridge-newest-datapoint-recovered', 16.5],
    ['is the same out of the text', 'sns-newest-datapoint-recovered', 16.5],
    ['counts downwards for an alarm on low values', 'eventbridge-less-than', 25],
    ['is read from the short list of a long window', 'sns-less-than', 25],
    ['is 0 at an inclusive threshold', 'sns-exactly-at-threshold', 0],
    ['understands the exponents of Java', 'sns-large-numbers', 2_500_000],
    ['is the same for JSON numbers', 'eventbridge-large-numbers', 2_500_000],
    ['is that of the returned series in metric math', 'eventbridge-metric-math', 35_628],
    ['is that of the returned series in a Lambda action', 'lambda-action-metric-math', 9],
    ['is the distance above the band of anomaly detection', 'eventbridge-anomaly', 8.25],
    ['is the same out of the text of anomaly detection', 'sns-anomaly', 8.25],
    ['is the distance below the band', 'eventbridge-anomaly-below', 2.25],
    ['is in reasonData where the text is cut before its comparison', 'eventbridge-reason-cut', 19.5],
    ['is the same out of SNS, without a Trigger', 'sns-reason-cut', 19.5],
  ])('%s (%s)', (_, name, by) => {
    expect(byOf(name)).toBe(by);
  });

  test('is the same out of text and reasonData, for any datapoints, threshold and operator', () => {
    const number = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((n) => Number(n.toFixed(4)));
    const operator = fc.constantFrom('greater than', 'greater than or equal to', 'less than', 'less than or equal to');
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 1, maxLength: 5 }),
        number,
        operator,
        (oldestFirst, threshold, said) => {
          const crosses = (n: number) =>
            (said.startsWith('greater') ? n > threshold : n < threshold) || (said.endsWith('to') && n === threshold);
          const crossing = oldestFirst.toReversed().filter(crosses);
          const dated = crossing.map((n, i) => `${java(n)} (02/03/26 08:${59 - i}:00)`).join(', ');
          const reason = `Threshold Crossed: ${crossing.length} out of the last ${oldestFirst.length} datapoints [${dated}] were ${said} the threshold (${java(threshold)}).`;
          const reasonData = JSON.stringify({ recentDatapoints: oldestFirst, threshold });
          const by = breachOf({ reason, reasonData });
          expect(breachOf({ reason })).toBe(by);
          expect(by === undefined).toBe(crossing.length === 0);
          expect(by ?? 0).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('takes operator and threshold from the Trigger where the text is cut', () => {
    const reason = 'Threshold Crossed: 5 datapoints [12.5 (02/03/26 08:14:00), 11.0 (02/03/26 08:13:00)';
    expect(breachOf({ reason })).toBeUndefined();
    expect(breachOf({ reason, operator: 'LessThanThreshold', threshold: 20 })).toBe(7.5);
  });

  test('takes the band of the text, whatever threshold the Trigger of such an alarm has', () => {
    const reason =
      'Thresholds Crossed: 1 datapoint [10.0 (02/03/26 08:14:00)] was greater than the upper thresholds [7.5] (minimum 1 datapoint for OK -> ALARM transition).';
    expect(breachOf({ reason, operator: 'GreaterThanUpperThreshold', threshold: 0 })).toBe(2.5);
  });

  test('pairs each datapoint with its own bound of the band', () => {
    const reason =
      'Thresholds Crossed: 2 out of the last 2 datapoints [10.0 (02/03/26 08:14:00), 30.0 (02/03/26 08:13:00)] were greater than the upper thresholds [12.0, 26.0] (minimum 2 datapoints for OK -> ALARM transition).';
    expect(breachOf({ reason })).toBe(4);
  });

  test('of a cut text is that of the newest datapoint that has crossed, on either side of a threshold or a band', () => {
    const cut = (newest: string) =>
      `Threshold Crossed: 60 out of the last 70 datapoints [${newest} (02/03/26 08:14:00), 9`;
    const dataOf = (data: object) => JSON.stringify({ threshold: null, recentUpperThresholds: null, ...data });
    const fixed = dataOf({ recentDatapoints: [4, 99, 30, 55], threshold: 50 });
    expect(breachOf({ reason: cut('99.0'), reasonData: fixed })).toBe(49);
    expect(breachOf({ reason: cut('30.0'), reasonData: fixed })).toBe(20);
    const band = dataOf({
      recentDatapoints: [4, 9, 5],
      recentUpperThresholds: [5, 7, 8],
      recentLowerThresholds: [1, 2, 3],
    });
    expect(breachOf({ reason: cut('9.0'), reasonData: band })).toBe(2);
    expect(breachOf({ reason: cut('77.0'), reasonData: band })).toBeUndefined();
    expect(breachOf({ reason: cut('9.0'), reasonData: '{' })).toBeUndefined();
  });

  test('falls back on the text where reasonData has holes', () => {
    const reason = 'Threshold Crossed: 1 datapoint [99.5 (02/03/26 08:14:00)] was greater than the threshold (50.0).';
    for (const reasonData of [
      '',
      '{',
      '[]',
      '{"recentDatapoints":[null],"threshold":50}',
      '['.repeat(9000),
      ' '.repeat(20_000),
    ])
      expect(breachOf({ reason, reasonData })).toBe(49.5);
  });
});

describe('by the values in its window, the breach is', () => {
  test.each([
    ['the least of the values that the alarm counts', 'GreaterThanThreshold', 2, [99, 53, 57], 7],
    ['the least that keeps the alarm, where all count', 'GreaterThanThreshold', 3, [99, 53, 57], 3],
    ['counted downwards for an alarm on low values', 'LessThanThreshold', 2, [1, 30, 49], 20],
    ['that of the values that have come', 'GreaterThanThreshold', 3, [99, 57], 7],
    ['0 at an inclusive threshold', 'LessThanOrEqualToThreshold', 1, [50], 0],
    ['none at an exclusive threshold', 'LessThanThreshold', 1, [50], undefined],
    ['none when too few are beyond the threshold', 'GreaterThanOrEqualToThreshold', 2, [99, 49, 48], undefined],
    ['none without a value', 'GreaterThanThreshold', 1, [], undefined],
    ['without what is no number', 'GreaterThanThreshold', 2, [Number.NaN, 60, 55], 5],
    ['none for a comparison of another kind', 'Unheard', 1, [60], undefined],
  ])('%s', (_, operator, datapointsToAlarm, values, by) => {
    expect(breachByValues(values, { operator, threshold: 50, datapointsToAlarm })).toBe(by);
  });

  test('one that as many values reach as the alarm counts, in whatever order they come', () => {
    const value = fc.integer({ min: -1000, max: 1000 });
    const operator = fc.constantFrom(
      ...['GreaterThanThreshold', 'GreaterThanOrEqualToThreshold', 'LessThanThreshold', 'LessThanOrEqualToThreshold'],
    );
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 6 }),
        value,
        operator,
        fc.integer({ min: 1, max: 6 }),
        (values, threshold, said, m) => {
          const alarm = { operator: said, threshold, datapointsToAlarm: m };
          const up = said.startsWith('Greater') ? 1 : -1;
          const beyond = values.map((one) => up * (one - threshold));
          const crosses = beyond.filter((by) => by > 0 || (by === 0 && said.includes('OrEqual')));
          const needed = Math.min(m, values.length);
          const by = breachByValues(values, alarm);
          expect(breachByValues(values.toReversed(), alarm)).toBe(by);
          expect(by === undefined).toBe(crosses.length < needed);
          if (by === undefined) return;
          expect(beyond.filter((one) => one >= by).length).toBeGreaterThanOrEqual(needed);
          expect(beyond.filter((one) => one > by).length).toBeLessThan(needed);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('no size is told', () => {
  test.each([
    ['by free text', 'testing the alarm'],
    ['by an empty reason', ''],
    [
      'by datapoints that do not cross',
      'Threshold Crossed: 1 datapoint [1.0 (02/03/26 08:14:00)] was greater than the threshold (5.0).',
    ],
    [
      'by a negated comparison',
      'Threshold Crossed: 1 datapoint [9.0 (02/03/26 08:14:00)] was not greater than the threshold (5.0).',
    ],
    [
      'by missing data',
      'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching].',
    ],
    [
      'by a band whose bounds are of another number than the datapoints',
      'Thresholds Crossed: 3 datapoints [9.0 (02/03/26 08:14:00), 8.0 (02/03/26 08:13:00), 7.0 (02/03/26 08:12:00)] were greater than the upper thresholds [5.0, 4.0].',
    ],
    [
      'by a distance beyond all numbers',
      `Threshold Crossed: 1 datapoint [1.0E308 (02/03/26 08:14:00)] was greater than the threshold (-1.0E308).`,
    ],
  ])('%s', (_, reason) => {
    expect(breachOf({ reason })).toBeUndefined();
  });

  test('by a band in reasonData of another number than the datapoints', () => {
    const reason = 'Thresholds Crossed: 2 datapoints were greater than the upper thresholds.';
    const reasonData = JSON.stringify({ recentDatapoints: [7, 8, 9], recentUpperThresholds: [4, 5] });
    expect(breachOf({ reason, reasonData })).toBeUndefined();
  });
});

/** As Java prints a double: always with a fraction. */
const java = (n: number): string => (Number.isInteger(n) ? `${n}.0` : String(n));
