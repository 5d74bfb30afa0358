import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Source } from '../../../functions/domain/job/scale-job.ts';
import { allFixtures, fixture, jobOf, parse, poison } from '../../fixtures/alerts/alert-fixtures.ts';
import { checkOutcome } from '../../fuzz/check-outcome.ts';

const limit = 1016 * 1024;
const manual = fixture('manual/add.json');
const minutes15 = 15 * 60_000;

describe('a body that is no alert', () => {
  test.each([
    ['nothing', '', 'is empty'],
    ['blanks', ' \n', 'is empty'],
    ['text', 'hello world', 'is no JSON (11 characters)'],
    ['cut JSON', manual.slice(0, 40), 'is no JSON (40 characters)'],
    ['another form', 'a=1&b=2', 'is no JSON'],
  ])('is not-json for %s, and its text is not repeated', (_, body, detail) => {
    const parsed = parse(body);
    expect(parsed).toEqual(poison('not-json', expect.stringContaining(detail)));
    expect(JSON.stringify(parsed)).not.toContain('hello');
  });

  test('is not-json for an SNS envelope of plain text', () => {
    expect(parse(fixture('other/sns-envelope-of-plain-text.json'))).toEqual(
      poison('not-json', expect.stringContaining('the Message in the SNS envelope is no JSON')),
    );
  });

  test.each(['null', '42', '"text"', '[]', '{}', fixture('other/s3-test-event.json')])(
    'is unknown-kind for %s, and lists the kinds that exist',
    (body) => {
      const parsed = parse(body);
      expect(parsed).toMatchObject({ kind: 'poison', reason: 'unknown-kind' });
      for (const kind of ['CloudWatch', 'Alertmanager', 'Grafana', 'ARMS', 'CloudMonitor', 'schedule', 'manual'])
        expect(parsed).toHaveProperty('detail', expect.stringContaining(kind));
    },
  );

  test('names a kind that is not known, and fields but no values of anything else', () => {
    expect(parse(fixture('other/unknown-kind.json'))).toHaveProperty(
      'detail',
      expect.stringContaining('kind: "scheduled-capacity" is not known here'),
    );
    const parsed = parse('{"login_password":"Hunter2!hunter2"}');
    expect(parsed).toHaveProperty('detail', expect.stringContaining('with the fields login_password'));
    expect(JSON.stringify(parsed)).not.toContain('Hunter2');
  });
});

describe('size and depth', () => {
  test('a body of 1,016 KiB is read, which leaves attributes 8 KiB of an SQS message; one byte more is too large', () => {
    const padded = (bytes: number) => manual.trim().padEnd(bytes, ' ');
    expect(jobOf(padded(limit)).key).toBe('manual/edge-beijing/launch-2026-03-02');
    expect(parse(padded(limit + 1))).toMatchObject({ kind: 'poison', reason: 'too-large' });
  });

  test('bytes count, not characters', () => {
    const wide = (characters: number) => JSON.stringify({ pad: '界'.repeat(characters) });
    expect(parse(wide(346_000))).toMatchObject({ reason: 'unknown-kind' });
    expect(parse(wide(347_000))).toMatchObject({ reason: 'too-large' });
  });

  test('a nesting that no alert has is too deep, in the body and in the Message of SNS', () => {
    const deep = '['.repeat(100_000);
    expect(parse(deep)).toMatchObject({ kind: 'poison', reason: 'too-deep' });
    const enveloped = JSON.stringify({ Type: 'Notification', Message: deep });
    expect(parse(enveloped)).toMatchObject({ kind: 'poison', reason: 'too-deep' });
  });

  test('a depth of 64 is read, one more is too deep, whatever texts are between', () => {
    const nested = (levels: number) => `${'{"a\\\\\\"]":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}`;
    expect(parse(nested(64))).toMatchObject({ reason: 'unknown-kind' });
    expect(parse(nested(66))).toMatchObject({ reason: 'too-deep' });
  });

  test('brackets in a text are no nesting', () => {
    const body = JSON.stringify({ ...JSON.parse(manual), reason: `${'[{'.repeat(100)}\\"${'['.repeat(100)}` });
    expect(jobOf(body).reason).toContain('[{[{');
  });
});

describe('the webhook', () => {
  test.each<[Source, string, string]>([
    ['alertmanager', 'alertmanager/grafana-firing.json', 'jobs'],
    ['cloudmonitor', 'cloudmonitor/alert-encoded.txt', 'jobs'],
    ['cloudwatch', 'cloudwatch/eventbridge-in-sns.json', 'jobs'],
    ['alertmanager', 'manual/add.json', 'poison'],
    ['cloudmonitor', 'schedule/reach.json', 'poison'],
    ['grafana', 'cloudwatch/sns-raw.json', 'poison'],
  ])('of %s takes %s for %s', (source, name, kind) => {
    expect(parse(fixture(name), { source }).kind).toBe(kind);
  });

  test('is named where its messages are of another kind', () => {
    expect(parse(manual, { source: 'grafana' })).toHaveProperty(
      'detail',
      'kind: "manual" is not known here; known kinds from source "grafana" are: a webhook of Alertmanager, Grafana or ARMS',
    );
  });

  test('of a cluster that is not configured is poison, whatever arrives', () => {
    expect(parse(manual, { cluster: 'toString' })).toMatchObject({ kind: 'poison', reason: 'unknown-cluster' });
  });
});

describe('a date ahead', () => {
  // Each message with the field that dates its need.
  test.each([
    ['cloudwatch/sns-raw.json', 'StateChangeTime'],
    ['cloudwatch/sns-envelope.json', 'StateChangeTime'],
    ['cloudwatch/eventbridge.json', 'detail.state.timestamp'],
    ['cloudwatch/lambda-action.json', 'alarmData.state.timestamp'],
    ['alertmanager/v4-firing.json', 'startsAt'],
    ['alertmanager/grafana-firing.json', 'startsAt'],
    ['alertmanager/arms-firing.json', 'startsAt'],
    ['cloudmonitor/alert-encoded.txt', 'timestamp'],
    ['schedule/reach.json', 'scheduledTime'],
    ['manual/add.json', 'requestedAt'],
  ])('of %s is taken for 15 minutes, and is poison beyond', (name, field) => {
    const { occurredAt } = jobOf(fixture(name));
    const date = new Date(occurredAt).toISOString();
    expect(jobOf(fixture(name), { now: occurredAt - minutes15 })).toEqual(jobOf(fixture(name)));
    expect(parse(fixture(name), { now: occurredAt - minutes15 - 1 })).toEqual(
      poison(
        'invalid-field',
        expect.stringContaining(`${field}: ${date} is more than 15 minutes ahead of the time here, `),
      ),
    );
  });

  test('leaves out that alert of a group only', () => {
    expect(parse(fixture('alertmanager/v4-dated-ahead.json'))).toMatchObject({
      kind: 'jobs',
      jobs: [{ alert: '1a30ba71cca2921f' }],
      warnings: [expect.stringContaining('alerts[0] is left out: startsAt: 9026-03-02T08:14:12.828Z is more than')],
    });
  });
});

describe('whatever the body is, the outcome is sound', () => {
  test.each(allFixtures().map(({ name, body }) => [name, body]))('%s', (_, body) => {
    expect(checkOutcome(body)).toEqual([]);
  });

  test('any text', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(text, (body) => expect(checkOutcome(body)).toEqual([])),
      { numRuns: 2000 },
    );
  });

  test('any JSON', () => {
    const json = fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' }).map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(json, (body) => expect(checkOutcome(body)).toEqual([])),
      { numRuns: 2000 },
    );
  });

  test('any values in the fields that dialects read', () => {
    const names = ['kind', 'version', 'alerts', 'NewStateValue', 'AlarmName', 'AlarmArn', 'StateChangeTime', 'Trigger'];
    const more = ['detail-type', 'source', 'detail', 'resources', 'alarmData', 'alertState', 'timestamp', 'ruleId'];
    const value = fc.oneof(
      fc.constantFrom(
        'manual',
        'schedule',
        'ALARM',
        'ALERT',
        '4',
        1,
        'CloudWatch Alarm State Change',
        'aws.cloudwatch',
      ),
      fc.jsonValue({ maxDepth: 3 }),
    );
    const body = fc.dictionary(fc.constantFrom(...names, ...more, '__proto__', 'constructor'), value);
    fc.assert(
      fc.property(body, (fields) => expect(checkOutcome(JSON.stringify(fields))).toEqual([])),
      { numRuns: 2000 },
    );
  });

  test('the same message in an SNS envelope has the same outcome', () => {
    for (const { name, body } of allFixtures().filter(({ name }) => !/sns-|-in-sns|plain/.test(name))) {
      const enveloped = JSON.stringify({ Type: 'Notification', Message: body });
      expect([name, parse(enveloped)]).toEqual([name, parse(body)]);
    }
  });
});

describe('the clusters of the token that a message came with', () => {
  const both = fixture('alertmanager/v4-recoveries.json');
  const clustersOf = (parsed: ReturnType<typeof parse>) => ({
    jobs: new Set(parsed.kind === 'jobs' ? parsed.jobs.map(({ cluster }) => cluster) : []),
    recoveries: new Set((parsed.recoveries ?? []).map(({ cluster }) => cluster)),
  });

  test('bound every job and every recovery, of whichever dialect and however its cluster is named', () => {
    const seen = { jobs: 0 };
    for (const { body } of allFixtures()) {
      const free = parse(body);
      const parsed = parse(body, { allowedClusters: ['edge-beijing'] });
      const before = clustersOf(free);
      const after = clustersOf(parsed);
      expect(after.jobs).toEqual(before.jobs.intersection(new Set(['edge-beijing'])));
      expect(after.recoveries).toEqual(before.recoveries.intersection(new Set(['edge-beijing'])));
      if (before.jobs.size > 0 && after.jobs.size === 0)
        expect(parsed).toMatchObject({ reason: 'invalid-field', detail: expect.stringContaining('use edge-beijing') });
      seen.jobs += before.jobs.difference(after.jobs).size;
    }
    expect(seen.jobs).toBeGreaterThan(0);
    expect(parse(both, { allowedClusters: ['mars'] })).not.toHaveProperty('recoveries');
    expect(parse(both, { allowedClusters: ['mars'] }).warnings?.at(-1)).toContain('is not allowed to the token');
  });

  test('hold beside the cluster of the path', () => {
    const context = { cluster: 'edge-shanghai', allowedClusters: ['edge-beijing'] } as const;
    expect(parse(fixture('cloudmonitor/alert.json'), context)).toMatchObject({
      kind: 'poison',
      reason: 'invalid-field',
    });
  });
});
