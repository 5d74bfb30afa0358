import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isObject, type JsonObject } from '../../../functions/domain/record.ts';
import {
  altered,
  config,
  fixture,
  ignored,
  jobOf,
  parse,
  poison,
  unclaimed,
} from '../../fixtures/alerts/alert-fixtures.ts';

const envelopes = ['sns-envelope', 'sns-raw', 'eventbridge', 'eventbridge-in-sns', 'lambda-action'];
const arn = 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:edge-beijing-cpu-high';

describe('a transition of an alarm', () => {
  test.each(envelopes)('becomes the same job out of %s', (name) => {
    expect(jobOf(fixture(`cloudwatch/${name}.json`))).toEqual({
      key: `cloudwatch/edge-beijing/${arn}/2026-03-02T08:15:42.318Z`,
      cluster: 'edge-beijing',
      source: 'cloudwatch',
      intent: { kind: 'breach', alarm: 'edge-beijing-cpu-high', by: 11.25 },
      payload: 'breach',
      reason: expect.stringContaining('were greater than the threshold (80.0)'),
      occurredAt: Date.UTC(2026, 2, 2, 8, 15, 42, 318),
      alarmArn: arn,
      wentOffAt: Date.UTC(2026, 2, 2, 8, 15, 42, 318),
    });
  });

  test('has one key in every envelope, whichever alarm and instant it is of', () => {
    const at = fc.date({ min: new Date('2010-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => !/\p{Cc}/u.test(text));
    fc.assert(
      fc.property(name, at, (suffix, date) => {
        const alarm = `edge-beijing-${suffix}`;
        const stamp = date.toISOString().replace('Z', '+0000');
        const context = { now: date.getTime() };
        const keys = envelopes.map((envelope) => jobOf(retold(envelope, alarm, stamp), context).key);
        expect(new Set(keys).size).toBe(1);
        expect(keys[0]).toContain(date.toISOString());
      }),
      { numRuns: 200 },
    );
  });

  test('has another key at another time', () => {
    const later = retold('sns-raw', 'edge-beijing-cpu-high', '2026-03-02T09:15:42.318+0000');
    expect(jobOf(later).key).not.toBe(jobOf(fixture('cloudwatch/sns-raw.json')).key);
  });

  test('keeps the Region of the ARN apart from its display name, in China too', () => {
    const { key, alarmArn } = jobOf(fixture('cloudwatch/sns-china.json'));
    expect(alarmArn).toBe('arn:aws-cn:cloudwatch:cn-north-1:123456789012:alarm:edge-beijing-cpu-high');
    expect(key).toContain('cn-north-1');
  });

  test.each([
    ['a composite alarm', 'sns-composite'],
    ['a composite alarm that goes from ALARM to ALARM', 'eventbridge-composite-alarm-to-alarm'],
    ['a multi-series alarm', 'eventbridge-multi-series'],
    ['a set-alarm-state by hand, without reasonData', 'eventbridge-set-alarm-state'],
  ])('buys without a size for %s', (_, name) => {
    expect(jobOf(fixture(`cloudwatch/${name}.json`)).intent).toEqual({
      kind: 'breach',
      alarm: expect.stringMatching(/^edge-beijing-/),
    });
  });

  test('is a job although Trigger and reason are of no use', () => {
    const body = altered('cloudwatch/sns-raw.json', (value) => ({
      ...object(value),
      Trigger: 'x',
      NewStateReason: null,
    }));
    expect(jobOf(body)).toMatchObject({
      intent: { kind: 'breach', alarm: 'edge-beijing-cpu-high' },
      reason: 'alarm edge-beijing-cpu-high is in state ALARM',
    });
  });
});

describe('a transition that must not buy', () => {
  test.each([
    ['sns-ok', 'is in state OK'],
    ['eventbridge-insufficient-data', 'is in state INSUFFICIENT_DATA'],
    ['eventbridge-composite-suppressed', 'suppressed by "WaitPeriod"'],
    ['eventbridge-muted', 'muted'],
    ['eventbridge-missing-data', 'reports missing data, not load'],
    ['eventbridge-configuration-change', 'CloudWatch Alarm Configuration Change'],
    ['eventbridge-other-service', 'EC2 Instance State-change Notification'],
    ['eventbridge-contributor', 'CloudWatch Alarm Contributor State Change'],
    ['lambda-action-contributor', 'one series'],
    ['sns-subscription-confirmation', 'asks to confirm a subscription'],
    ['sns-unsubscribe-confirmation', 'subscription of the queue has ended'],
  ])('%s is ignored, and says why', (name, why) => {
    expect(parse(fixture(`cloudwatch/${name}.json`))).toEqual(ignored(expect.stringContaining(why)));
  });

  test('an alarm that no cluster has a rule for is told from those that ask for nothing', () => {
    expect(parse(fixture('cloudwatch/sns-unwanted-alarm.json'))).toEqual(
      unclaimed(expect.stringContaining('no cluster has a rule for alarm billing-too-high')),
    );
  });

  test('a series of a multi-series alarm is ignored out of SNS, too', () => {
    const body = altered('cloudwatch/sns-raw.json', (value) => ({ ...object(value), AlarmContributorId: '6d44' }));
    expect(parse(body)).toEqual(ignored(expect.stringContaining('one series')));
  });

  test('a key that is there with null tells of no series', () => {
    expect(jobOf(fixture('cloudwatch/sns-null-contributor.json'))).toEqual(jobOf(fixture('cloudwatch/sns-raw.json')));
  });

  test.each<[unknown]>([[true], [{}], [[]], [{ toString: 1 }]])(
    'an alarm whose suppression or mute is %j is not bought for either',
    (sign) => {
      const suppressed = altered('cloudwatch/eventbridge.json', (value) => {
        const detail = object(object(value)['detail']);
        return {
          ...object(value),
          detail: { ...detail, state: { ...object(detail['state']), actionsSuppressedBy: sign } },
        };
      });
      const muted = altered('cloudwatch/eventbridge.json', (value) => {
        return { ...object(value), detail: { ...object(object(value)['detail']), muteDetail: sign } };
      });
      expect([parse(suppressed).kind, parse(muted).kind]).toEqual(['ignored', 'ignored']);
    },
  );

  test('an alarm with an empty suppression and mute is bought for', () => {
    const body = altered('cloudwatch/lambda-action.json', (value) => {
      const data = object(object(value)['alarmData']);
      const state = { ...object(data['state']), actionsSuppressedBy: '' };
      return { ...object(value), alarmData: { ...data, state, muteDetail: null } };
    });
    expect(parse(body).kind).toBe('jobs');
  });

  test('a state change that another source made up is ignored', () => {
    const body = altered('cloudwatch/eventbridge.json', (value) => ({ ...object(value), source: 'my.tests' }));
    expect(parse(body).kind).toBe('ignored');
  });

  test('a confirmation does not repeat the token that confirms', () => {
    expect(JSON.stringify(parse(fixture('cloudwatch/sns-subscription-confirmation.json')))).not.toContain('2336412f');
  });

  test('an alarm is matched with the rules of the cluster that the webhook names, and no others', () => {
    expect(jobOf(fixture('cloudwatch/sns-raw.json'), { cluster: 'edge-shanghai' }).cluster).toBe('edge-shanghai');
    const unwanted = retold('sns-raw', 'warehouse-cpu-high', '2026-03-02T09:15:42.318+0000');
    expect(parse(unwanted, { cluster: 'edge-shanghai' })).toEqual(
      unclaimed(expect.stringContaining('edge-shanghai has no rule for alarm warehouse-cpu-high')),
    );
  });
});

describe('a broken alarm', () => {
  test('names every wrong field with its value and the remedy', () => {
    const body = altered('cloudwatch/sns-raw.json', (value) => ({
      ...object(value),
      AlarmArn: 'EdgeQueue',
      NewStateValue: 'BROKEN',
      StateChangeTime: '2026-02-30T08:15:42.318+0000',
    }));
    const parsed = parse(body);
    expect(parsed).toMatchObject({ kind: 'poison', reason: 'invalid-field' });
    for (const part of [
      'AlarmArn: "EdgeQueue" is not allowed; use the ARN of a CloudWatch alarm',
      'NewStateValue: "BROKEN" is not allowed; use OK, ALARM or INSUFFICIENT_DATA',
      'StateChangeTime: "2026-02-30T08:15:42.318+0000" is not allowed; use an ISO 8601 instant',
    ])
      expect(parsed).toHaveProperty('detail', expect.stringContaining(part));
  });

  test.each([
    ['eventbridge', { resources: [] }, 'resources'],
    ['eventbridge', { detail: null }, 'detail'],
    ['lambda-action', { alarmArn: 'arn:aws:sns:eu-central-1:123456789012:edge-alarms' }, 'alarmArn'],
  ])('out of %s with %j names %s', (name, change, field) => {
    const body = altered(`cloudwatch/${name}.json`, (value) => ({ ...object(value), ...change }));
    expect(parse(body)).toEqual(poison('invalid-field', expect.stringContaining(`${field}`)));
  });

  test.each(['AlarmName', 'AlarmArn'])(
    'whose %s holds a lone surrogate is refused: its key would not survive UTF-8',
    (field) => {
      const body = altered('cloudwatch/sns-raw.json', (value) => ({ ...object(value), [field]: `${arn}\ud800` }));
      expect(parse(body)).toEqual(poison('invalid-field', expect.stringContaining(field)));
    },
  );
});

/** The fixture's transition as if it were of another alarm at another time. */
function retold(envelope: string, alarm: string, stamp: string): string {
  const swap = (text: string): string =>
    text.replaceAll('edge-beijing-cpu-high', alarm).replaceAll('2026-03-02T08:15:42.318+0000', stamp);
  return altered(`cloudwatch/${envelope}.json`, (value) => mapTexts(value, swap));
}

/** Applies `swap` to every text, and inside the JSON that a text holds. */
function mapTexts(value: unknown, swap: (text: string) => string): unknown {
  if (typeof value === 'string')
    return value.startsWith('{') ? JSON.stringify(mapTexts(JSON.parse(value), swap)) : swap(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, swap));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, swap)]));
  return value;
}

const object = (value: unknown): JsonObject => (isObject(value) ? value : {});

describe('an alarm of elsewhere', () => {
  const body = fixture('cloudwatch/sns-raw.json');
  const home = { account: '123456789012', region: 'eu-central-1' };
  const trusting = (...alarmAccounts: string[]) => ({ ...config, stack: { ...config.stack, alarmAccounts } });

  test.each([
    ['another account', { ...home, account: '111122223333' }, 'account 123456789012 in eu-central-1'],
    ['another Region', { ...home, region: 'eu-west-1' }, 'account 123456789012 in eu-central-1'],
  ])('is refused in every envelope when it is of %s, and taken when the config lists its account', (_, here, told) => {
    for (const name of envelopes) {
      const body = fixture(`cloudwatch/${name}.json`);
      expect(jobOf(body, { home })).toEqual(jobOf(body));
      expect(parse(body, { home: here })).toEqual(poison('invalid-field', expect.stringContaining(told)));
      expect(jobOf(body, { home: here, config: trusting('123456789012') })).toEqual(jobOf(body));
      expect(parse(body, { home: here, config: trusting('444455556666') })).toMatchObject({ kind: 'poison' });
    }
  });

  test('is ignored like others where no cluster has a rule for it', () => {
    const nameless = body.replaceAll('edge-beijing-cpu-high', 'warehouse');
    expect(parse(nameless, { home: { ...home, account: '111122223333' } })).toMatchObject({ kind: 'ignored' });
  });
});
