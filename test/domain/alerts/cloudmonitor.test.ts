import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { timings } from '../../../functions/domain/timings.ts';
import { fixture, ignored, jobOf, parse, poison, unclaimed } from '../../fixtures/alerts/alert-fixtures.ts';

const encoded = fixture('cloudmonitor/alert-encoded.txt');
const withField = (name: string, value: string): string => {
  const fields = new URLSearchParams(encoded);
  fields.set(name, value);
  return fields.toString();
};
const byOf = (expression: string, curValue: string): number | undefined => {
  const fields = new URLSearchParams(withField('expression', expression));
  fields.set('curValue', curValue);
  const { intent } = jobOf(fields.toString());
  return intent.kind === 'breach' ? intent.by : undefined;
};

describe('a callback of CloudMonitor', () => {
  test('becomes a job', () => {
    expect(jobOf(encoded)).toEqual({
      key: 'cloudmonitor/edge-beijing/applyTemplate4f1d2c3b-664f-4033-a1be-e95957460000/{instanceId=i-2ze0edge7, userId=1234567890123456}/2026-03-02T08:15:42.000Z',
      cluster: 'edge-beijing',
      source: 'cloudmonitor',
      intent: { kind: 'breach', alarm: 'edge-beijing-内存使用率', by: 2.39 },
      payload: 'breach',
      reason: 'edge-beijing-内存使用率: Host.mem.usedutilization 97.39 ($Average>=95) on edge-node-7',
      occurredAt: Date.UTC(2026, 2, 2, 8, 15, 42),
      alert: 'applyTemplate4f1d2c3b-664f-4033-a1be-e95957460000/{instanceId=i-2ze0edge7, userId=1234567890123456}',
    });
  });

  test('gives the same job raw, with seconds and with its dimensions in another order', () => {
    expect(jobOf(fixture('cloudmonitor/alert-raw-seconds.txt'))).toEqual(jobOf(encoded));
  });

  test('gives the same job as JSON', () => {
    expect(jobOf(fixture('cloudmonitor/alert.json'))).toEqual(jobOf(encoded));
  });

  test('keeps its key in whatever order Java prints the dimensions', () => {
    const dimensions = ['userId=12', 'instanceId=i-12', 'device=/dev/vda1', 'region=cn-beijing'];
    const keyOf = (order: readonly string[]) => jobOf(withField('dimensions', `{${order.join(', ')}}`)).key;
    const inOrder = keyOf(dimensions);
    fc.assert(
      fc.property(fc.shuffledSubarray(dimensions, { minLength: 4 }), (order) => {
        expect(keyOf(order)).toBe(inOrder);
      }),
    );
    expect(keyOf(dimensions.slice(1))).not.toBe(inOrder);
  });

  test('takes the text null for an absent value', () => {
    expect(jobOf(fixture('cloudmonitor/nulls.txt'))).toMatchObject({
      key: expect.stringContaining('/{}/'),
      intent: { kind: 'breach', alarm: 'edge-beijing-内存使用率' },
      reason: 'edge-beijing-内存使用率: Host.mem.usedutilization ($Value >= 5)',
    });
  });

  test('reads a bare percent sign as what it is', () => {
    expect(jobOf(fixture('cloudmonitor/bare-percent.txt')).intent).toMatchObject({ alarm: 'edge-beijing-CPU 80%' });
  });

  test.each([
    ['recovered', 'is in state OK'],
    ['insufficient-data', 'is in state INSUFFICIENT_DATA'],
  ])('is ignored when it is %s', (name, why) => {
    expect(parse(fixture(`cloudmonitor/${name}.txt`))).toMatchObject(ignored(expect.stringContaining(why)));
  });

  test('is a recovery of the alert that fired, when it is OK', () => {
    const { cluster, source, alert } = jobOf(encoded);
    const recovery = { cluster, source, alert, endedAt: Date.UTC(2026, 2, 2, 8, 15, 42) };
    expect(parse(fixture('cloudmonitor/recovered.txt')).recoveries).toEqual([recovery]);
    expect(parse(fixture('cloudmonitor/insufficient-data.txt'))).not.toHaveProperty('recoveries');
    expect(parse(withField('alertState', 'OK').replace('edge-beijing', 'billing'))).not.toHaveProperty('recoveries');
    const sentAt = Date.UTC(2026, 2, 2, 8, 5);
    expect(parse(withField('alertState', 'OK'), { sentAt }).recoveries).toEqual([
      { ...recovery, endedAt: sentAt + timings.maxClockSkewMs },
    ]);
    const ahead = parse(withField('alertState', 'OK'), { now: Date.UTC(2026, 2, 2, 8, 0, 41) });
    expect(ahead).toMatchObject({
      warnings: [expect.stringMatching(/^this is no recovery: timestamp: 2026-03-02T08:15:42/)],
    });
    expect(ahead).not.toHaveProperty('recoveries');
  });

  test('without a name is left out, and a long name is cut', () => {
    expect(parse(withField('alertName', 'null'))).toEqual(ignored(expect.stringContaining('has no alertName')));
    const long = `edge-beijing-${'x'.repeat(300)}`;
    expect(jobOf(withField('alertName', long)).intent).toMatchObject({ alarm: long.slice(0, 255) });
  });

  test('is for the cluster of the webhook, where that cluster has a rule for it', () => {
    expect(jobOf(encoded, { cluster: 'edge-shanghai' }).cluster).toBe('edge-shanghai');
    expect(parse(withField('alertName', 'billing'), { cluster: 'edge-shanghai' })).toEqual(
      unclaimed(expect.stringContaining('edge-shanghai has no rule for alarm billing')),
    );
  });

  test('is not looked for in a form that is far larger than any', () => {
    expect(jobOf(`${encoded}&pad=${'x'.repeat(10_000)}`).source).toBe('cloudmonitor');
    expect(parse(`${encoded}&pad=${'x'.repeat(17_000)}`)).toMatchObject({ kind: 'poison', reason: 'not-json' });
  });

  test.each([
    ['alertState', 'PANIC', 'use ALERT, OK or INSUFFICIENT_DATA'],
    ['ruleId', 'a/b', 'ruleId: "a/b" is not allowed; use the id of the rule'],
    [
      'timestamp',
      '15081367',
      'timestamp: "15081367" is not allowed; use seconds (10 digits) or milliseconds (13 digits)',
    ],
    ['timestamp', 'null', 'timestamp: missing'],
    ['dimensions', 'x'.repeat(513), 'dimensions: "xxx'],
    // Each is four bytes long: the key would not fit the ledger.
    ['dimensions', '\u{1F600}'.repeat(257), 'use at most 512 printable characters, in at most 1024 bytes of UTF-8'],
  ])('is poison with %s %s', (field, value, detail) => {
    expect(parse(withField(field, value))).toEqual(poison('invalid-field', expect.stringContaining(detail)));
  });

  test('does not repeat its signature', () => {
    expect(JSON.stringify(parse(withField('timestamp', 'now')))).not.toContain('eEq1zHuCUp0XSmLD8p8VtTKF');
  });
});

describe('the size of the breach', () => {
  test.each([
    ['$Average>=95', '97.5', 2.5],
    ['$Average>=95', '95', 0],
    ['$Average>95', '95', undefined],
    ['$Value < 5', '2', 3],
    ['$Maximum<=0.3', '0.1', 0.2],
    ['$Average >= 80%', '85%', 5],
    ['$Average>=95', '90', undefined],
    ['$Average>=95', 'null', undefined],
    ['$Average==95', '95', undefined],
    ['$Average>90 && $Maximum>95', '97.39', undefined],
    ['null', '97.39', undefined],
  ])('of %s at %s is %s', (expression, curValue, by) => {
    expect(byOf(expression, curValue)).toBe(by);
  });
});
