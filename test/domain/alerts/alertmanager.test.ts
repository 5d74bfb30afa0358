import { describe, expect, test } from '@jest/globals';
import type { Source } from '../../../functions/domain/job/scale-job.ts';
import {
  altered,
  config,
  fixture,
  ignored,
  jobOf,
  now,
  parse,
  poison,
  unclaimed,
} from '../../fixtures/alerts/alert-fixtures.ts';

const firing = {
  status: 'firing',
  labels: { alertname: 'EdgeNodeCpuHigh', cluster: 'edge-beijing' },
  annotations: { value: '93.5', threshold: '80' },
  startsAt: '2026-03-02T08:14:12.828Z',
  fingerprint: '1a30ba71cca2921f',
};
const group = (alerts: readonly unknown[], more = {}): string =>
  JSON.stringify({ version: '4', status: 'firing', alerts, ...more });
const byOf = (alert: unknown, more = {}): number | undefined => {
  const { intent } = jobOf(group([alert], more));
  return intent.kind === 'breach' ? intent.by : undefined;
};

describe('an alert of Alertmanager', () => {
  test('becomes a job whose key is its episode', () => {
    expect(jobOf(fixture('alertmanager/v4-firing.json'))).toEqual({
      key: 'alertmanager/edge-beijing/1a30ba71cca2921f/2026-03-02T08:14:12.828Z',
      cluster: 'edge-beijing',
      source: 'alertmanager',
      intent: { kind: 'breach', alarm: 'EdgeNodeCpuHigh', by: 13.5 },
      payload: 'breach',
      reason: 'EdgeNodeCpuHigh fires',
      occurredAt: Date.UTC(2026, 2, 2, 8, 14, 12, 828),
      alert: '1a30ba71cca2921f',
    });
  });

  test('keeps its key when the group is repeated with a new end and new neighbours', () => {
    const repeated = group([{ ...firing, endsAt: '2026-03-02T12:14:12.828Z', annotations: {} }], { groupKey: 'other' });
    expect(jobOf(repeated).key).toBe(jobOf(fixture('alertmanager/v4-firing.json')).key);
  });

  test('has another key when it starts again', () => {
    const again = group([{ ...firing, startsAt: '2026-03-02T09:14:12.828Z' }]);
    expect(jobOf(again).key).not.toBe(jobOf(group([firing])).key);
  });

  test('is explained by its annotations, or by its name where they say nothing', () => {
    const reasonOf = (annotations: unknown) => jobOf(group([{ ...firing, annotations }])).reason;
    expect(reasonOf({ message: 'm', description: ' d ', summary: ' ' })).toBe('d');
    expect(reasonOf(null)).toBe('EdgeNodeCpuHigh fires');
    expect(reasonOf({ summary: `line\n${'x'.repeat(600)}` })).toMatch(/^line x{494}…$/);
  });

  test('that appears twice in a group is one job', () => {
    const again = { ...firing, annotations: { summary: 'again' } };
    expect(jobOf(group([firing, again])).reason).toBe('EdgeNodeCpuHigh fires');
    expect(jobOf(group([again, firing])).reason).toBe('again');
  });

  test('that started anew is a job for each start, however often they are told', () => {
    const [first, second, third] = ['T08:14:12Z', 'T09:14:12Z', 'T10:14:12Z'].map((time) => ({
      ...firing,
      startsAt: `2026-03-02${time}`,
    }));
    const told = parse(group([first, second, first, second, third, third, first]));
    const starts = told.kind === 'jobs' ? told.jobs.map(({ key }) => key.slice(-13, -5)) : [];
    expect(starts).toEqual(['08:14:12', '09:14:12', '10:14:12']);
  });

  test('is resolved: it buys nothing', () => {
    expect(parse(fixture('alertmanager/v4-resolved.json'))).toMatchObject(ignored('no alert of the group fires'));
  });

  test('is missing altogether: the group is ignored', () => {
    expect(parse(group([]))).toMatchObject({ kind: 'ignored' });
  });
});

describe('a resolved alert', () => {
  const over = { ...firing, status: 'resolved', endsAt: '2026-03-02T08:40:00Z' };
  const recovery = {
    cluster: 'edge-beijing',
    source: 'alertmanager',
    alert: firing.fingerprint,
    endedAt: Date.UTC(2026, 2, 2, 8, 40),
  };

  test('is a recovery, by its latest end; what has no usable end is none, with a warning where one is given', () => {
    expect(parse(fixture('alertmanager/v4-recoveries.json'))).toEqual({
      ...ignored('no alert of the group fires'),
      recoveries: [
        { ...recovery, endedAt: Date.UTC(2026, 2, 2, 8, 50, 0, 500) },
        { ...recovery, alert: '3c52dc93eec4b431', endedAt: Date.UTC(2026, 2, 2, 8, 41) },
      ],
      warnings: [
        expect.stringContaining('alerts[4] is no recovery: endsAt: "0001-01-01T00:00:00Z" is not allowed'),
        expect.stringMatching(
          /^alerts\[5\] is no recovery: endsAt: 9026-03-02T08:40:00.000Z is more than 15 minutes ahead/,
        ),
      ],
    });
  });

  test('is one beside jobs, which carry what it names', () => {
    expect(parse(fixture('alertmanager/v4-firing-and-resolved.json'))).toMatchObject({
      kind: 'jobs',
      jobs: [{ alert: firing.fingerprint }],
      recoveries: [{ ...recovery, alert: '3c52dc93eec4b431' }],
    });
  });

  test.each<[Source, string]>([
    ['grafana', group([over], { version: '1', orgId: 1 })],
    ['arms', fixture('alertmanager/arms-resolved.json')],
  ])('of %s is one of that sender', (source, body) => {
    const fired = body.replaceAll('"resolved"', '"firing"');
    expect(parse(body)).toMatchObject({
      kind: 'ignored',
      recoveries: [{ cluster: 'edge-beijing', source, alert: jobOf(fired).alert }],
    });
  });

  test('is routed as it is when it fires', () => {
    const parsed = parse(group([{ ...over, labels: { alertname: 'edge-cpu' } }]), { cluster: 'edge-shanghai' });
    expect(parsed.recoveries).toEqual([{ ...recovery, cluster: 'edge-shanghai' }]);
  });

  test.each([
    ['is for no cluster', { labels: { alertname: 'DiskAlmostFull', cluster: 'edge-beijing' } }],
    ['has no name', { labels: { cluster: 'edge-beijing' } }],
    ['has no end', { endsAt: undefined }],
    ['has an end that is null', { endsAt: null }],
  ])('is silently none where it %s', (_what, change) => {
    expect(parse(group([{ ...over, ...change }]))).toEqual(ignored('no alert of the group fires'));
  });

  test.each([
    [15 * 60_000, 1],
    [15 * 60_000 + 1, undefined],
  ])('that ends %d ms ahead gives %p recoveries', (ahead, count) => {
    const parsed = parse(group([{ ...over, endsAt: new Date(now + ahead).toISOString() }]));
    expect(parsed.recoveries?.length).toBe(count);
  });

  test.each([
    ['no later than it was told', { startsAt: '2026-03-02T08:30:00Z' }, { endedAt: now }],
    ['no later than it was told, where its start cannot be read', { startsAt: 'x' }, { endedAt: now }],
    [
      'its own firing alone, where that is dated ahead as well',
      { startsAt: new Date(now + 60_000).toISOString() },
      { alert: `${firing.fingerprint}@${now + 60_000}`, endedAt: now + 60_001 },
    ],
  ])('that is dated ahead ends %s', (_what, change, expected) => {
    const body = group([{ ...over, endsAt: new Date(now + 10 * 60_000).toISOString(), ...change }]);
    for (const context of [{}, { now: now + 3_600_000, sentAt: now }])
      expect(parse(body, context).recoveries).toEqual([{ ...recovery, ...expected }]);
  });

  test('does not save a group of malformed alerts from the dead letters, and is told all the same', () => {
    expect(parse(group([over, { ...firing, fingerprint: 'a b' }]))).toMatchObject({
      kind: 'poison',
      recoveries: [recovery],
    });
  });
});

describe('what a person chooses at the sender makes no dead letter', () => {
  const named = (alertname: unknown) => group([{ ...firing, labels: { ...firing.labels, alertname } }]);

  test('a group of alerts without a name is left out, with or without another config', () => {
    const parsed = parse(fixture('alertmanager/v4-nameless.json'));
    expect(parsed).toEqual(ignored(expect.stringContaining('alerts[3] is left out: it has no label alertname')));
  });

  test('a long name is cut to 255 units, well-formed, for rule and record', () => {
    const longest = `edge-beijing-${'x'.repeat(242)}`;
    expect(jobOf(named(longest)).intent).toMatchObject({ alarm: longest });
    expect(jobOf(named(`${longest}${'y'.repeat(5000)}`)).intent).toMatchObject({ alarm: longest });
    const { intent } = jobOf(named(`edge-beijing-${'x'.repeat(241)}\u{1F600}`));
    expect(intent).toMatchObject({ alarm: `edge-beijing-${'x'.repeat(241)}\ufffd` });
  });

  test('a name with control characters is one line', () => {
    expect(jobOf(named('edge-beijing-a\nb\u0000')).intent).toMatchObject({ alarm: 'edge-beijing-a b ' });
  });

  test('an alert of others is not read further than its place in the config', () => {
    const foreign = { ...firing, labels: { alertname: 'DiskAlmostFull' }, startsAt: 'soon', fingerprint: '' };
    expect(parse(group([foreign]))).toMatchObject({ kind: 'ignored', unclaimed: true });
  });

  test('an empty list, which Go prints as null, is a group that does not fire', () => {
    expect(parse(fixture('alertmanager/v4-empty.json'))).toEqual(ignored('no alert of the group fires'));
  });
});

test('an alert whose optional fields are null is the same without them', () => {
  const { labels, status, startsAt, fingerprint } = firing;
  expect(jobOf(fixture('alertmanager/v4-nulls.json'))).toEqual(
    jobOf(group([{ labels, status, startsAt, fingerprint }])),
  );
});

test('a byte order mark before the JSON is no part of it', () => {
  expect(jobOf(fixture('alertmanager/v4-byte-order-mark.txt'))).toEqual(jobOf(fixture('alertmanager/v4-firing.json')));
});

describe('a group', () => {
  test('gives one job for each alert that fires for a cluster of ours, and says what it left out', () => {
    const parsed = parse(fixture('alertmanager/v4-mixed-group.json'));
    expect(parsed).toMatchObject({
      kind: 'jobs',
      jobs: [
        { key: expect.stringContaining('1a30ba71cca2921f') },
        { key: expect.stringContaining('3c52dc93eec4b431') },
      ],
      warnings: [
        expect.stringContaining('left out 3 more alerts (truncatedAlerts)'),
        expect.stringContaining('alerts[3] is left out: its labels name the cluster warehouse-lyon'),
        expect.stringContaining('alerts[4] is left out: edge-beijing has no rule for alarm DiskAlmostFull'),
      ],
    });
  });

  test.each([
    ['has jobs', [firing], 'jobs'],
    ['has none', [{ ...firing, status: 'resolved' }], 'ignored'],
    ['has malformed alerts only', [null], 'poison'],
  ])('tells how many alerts its sender left out, when it %s', (_what, alerts, kind) => {
    expect(parse(group(alerts, { truncatedAlerts: 7 }))).toMatchObject({ kind, truncated: 7 });
    for (const truncatedAlerts of [undefined, 0, -1, 1.5, 1e300, '7'])
      expect(parse(group(alerts, { truncatedAlerts }))).not.toHaveProperty('truncated');
  });

  test.each([
    ['has none', [{ ...firing, status: 'resolved' }], 'ignored'],
    ['has malformed alerts only', [null], 'poison'],
    ['is for others', [{ ...firing, labels: { alertname: 'DiskAlmostFull', cluster: 'edge-beijing' } }], 'ignored'],
  ])('warns of what its sender left out, when it %s', (_what, alerts, kind) => {
    const warning = expect.stringContaining('left out 7 more alerts (truncatedAlerts)');
    expect(parse(group(alerts, { truncatedAlerts: 7 }))).toMatchObject({ kind, warnings: [warning] });
    expect(parse(group(alerts))).not.toHaveProperty('warnings');
  });

  test('is taken whole, however many alerts it has', () => {
    const alerts = Array.from({ length: 1500 }, (_, i) => ({ ...firing, fingerprint: `f${i}` }));
    const parsed = parse(group(alerts));
    expect(parsed).toMatchObject({ kind: 'jobs', jobs: { length: 1500 }, warnings: [] });
    expect(parsed).not.toHaveProperty('truncated');
  });

  test('does not lose its sound alerts to malformed neighbours', () => {
    expect(parse(fixture('alertmanager/v4-malformed-neighbour.json'))).toMatchObject({
      kind: 'jobs',
      jobs: [{ key: expect.stringContaining('1a30ba71cca2921f') }],
      warnings: [
        expect.stringContaining('alerts[1] is left out: startsAt: "0001-01-01T00:00:00Z" is not allowed'),
        expect.stringContaining('alerts[2] is left out: it has no label alertname'),
      ],
    });
  });

  test('of malformed alerts only is poison that names them', () => {
    expect(parse(group([null, { ...firing, fingerprint: 'a b' }]))).toEqual(
      poison(
        'invalid-field',
        expect.stringMatching(/alerts\[0\] is left out: it is no object.*alerts\[1\].*fingerprint: "a b"/),
      ),
    );
  });

  test('of alerts that nobody wants is ignored, and names why', () => {
    expect(parse(group([{ ...firing, labels: { alertname: 'DiskAlmostFull' } }]))).toEqual(
      unclaimed(expect.stringContaining('no cluster has a rule for alarm DiskAlmostFull')),
    );
  });

  test.each([
    ['names a cluster that is not ours', [{ ...firing, labels: { alertname: 'Cpu', cluster: 'mars' } }], true],
    [
      'is wanted by nobody, beside one that is resolved',
      [{ ...firing, labels: { alertname: 'Disk' } }, { status: 'resolved' }],
      true,
    ],
    ['is resolved', [{ ...firing, status: 'resolved', labels: { alertname: 'Disk' } }], undefined],
  ])('is told from one that asks for nothing when its alert %s', (_what, alerts, unclaimed) => {
    const parsed = parse(group(alerts));
    expect(parsed.kind === 'ignored' && parsed.unclaimed).toBe(unclaimed);
  });

  test('of many alerts that are left out keeps its warnings short', () => {
    const foreign = { ...firing, labels: { alertname: 'x'.repeat(255), cluster: 'y'.repeat(900) } };
    const parsed = parse(group([firing, ...Array.from({ length: 100 }, () => foreign)]));
    const warnings = parsed.kind === 'jobs' ? parsed.warnings : [];
    expect(warnings).toHaveLength(21);
    expect(Math.max(...warnings.map(({ length }) => length))).toBe(300);
    expect(warnings.at(-1)).toBe('80 more warnings');
  });

  test('of a version that is not known is poison', () => {
    for (const [version, shown] of [
      ['5', '"5"'],
      [4, '4'],
      [{}, 'what is given'],
    ] as const)
      expect(parse(group([firing], { version }))).toEqual(
        poison('unknown-version', `version: ${shown} is not supported; use "4" (Alertmanager) or "1" (Grafana)`),
      );
  });
});

describe('the cluster of an alert', () => {
  test('comes from the path of the webhook first', () => {
    const body = group([{ ...firing, labels: { ...firing.labels, alertname: 'edge-cpu' } }]);
    expect(jobOf(body, { cluster: 'edge-shanghai' })).toMatchObject({ cluster: 'edge-shanghai' });
  });

  test('comes from a label with the name or, in any case, the id of a cluster', () => {
    for (const cluster of ['edge-beijing', 'c1f0e2d3b4a5968778695a4b3c2d1e0f0', 'C1F0E2D3B4A5968778695A4B3C2D1E0F0'])
      expect(jobOf(group([{ ...firing, labels: { ...firing.labels, cluster } }])).cluster).toBe('edge-beijing');
  });

  test('comes from the first label that names one of ours', () => {
    const labels = { alertname: 'edge-cpu', cluster: 'display name', clustername: 'edge-shanghai' };
    expect(jobOf(group([{ ...firing, labels }])).cluster).toBe('edge-shanghai');
  });

  test('is told from two labels by one with a line break, in the same group', () => {
    const two = { alertname: 'edge-cpu', cluster: 'edge-shanghai', clustername: 'x' };
    const one = { alertname: 'edge-cpu', cluster: 'edge-shanghai\nx' };
    const alerts = [two, one].map((labels, i) => ({ ...firing, labels, fingerprint: `f${i}` }));
    expect(parse(group(alerts))).toMatchObject({ jobs: [{ alert: 'f0' }] });
    expect(parse(group(alerts.toReversed()))).toMatchObject({ jobs: [{ alert: 'f0' }] });
  });

  test('comes from the alarm rules where no label names any', () => {
    expect(jobOf(fixture('alertmanager/v4-without-cluster-label.json')).cluster).toBe('edge-beijing');
  });

  test('is not guessed from the alarm rules where a label names a foreign one', () => {
    const labels = { ...firing.labels, cluster: 'warehouse-lyon' };
    expect(parse(group([{ ...firing, labels }])).kind).toBe('ignored');
  });

  test('is never a property that all objects have', () => {
    expect(parse(fixture('other/prototype.json'))).toMatchObject({ kind: 'ignored' });
  });
});

describe('the size of the breach', () => {
  test.each([
    ['counts downwards for a value below its threshold', 'v4-below-threshold', 7.5],
    ['is unknown for NaN', 'v4-unparsable-numbers', undefined],
    ['is unknown without value and threshold', 'v4-without-cluster-label', undefined],
    ['is that of the one measurement among the values of Grafana', 'grafana-firing', 11.75],
    ['is unknown where Grafana sends several measurements', 'grafana-several-values', undefined],
    ['is that of the annotation value of ARMS, which the config lists before its own', 'arms-firing', 5.52124023438],
  ])('%s', (_, name, by) => {
    const { intent } = jobOf(fixture(`alertmanager/${name}.json`));
    expect(intent).toEqual({ kind: 'breach', alarm: expect.any(String), ...(by !== undefined && { by }) });
  });

  test('reads names in the order of the config, and annotations before labels', () => {
    const labels = { ...firing.labels, value: '1', threshold: '60' };
    expect(byOf({ ...firing, labels, annotations: { value: '70', _aliyun_arms_alert_value: '90' } })).toBe(10);
    const other = { ...firing, labels, annotations: { value: 'high', _aliyun_arms_alert_value: '90' } };
    expect(byOf(other)).toBe(30);
    const named = { ...config, labels: { ...config.labels, value: ['value', '_aliyun_arms_alert_value'] } };
    expect(parse(group([other]), { config: named })).toMatchObject({ jobs: [{ intent: { by: 59 } }] });
  });

  test('is not read from a label by default: with each value there, the alert is another series', () => {
    const labels = { ...firing.labels, value: '93.5', threshold: '80' };
    expect(byOf({ ...firing, labels, annotations: {} })).toBeUndefined();
    expect(byOf({ ...firing, labels, annotations: {}, values: { B: 91 } })).toBe(11);
    expect(byOf({ ...firing, labels, annotations: { value: '95' } })).toBe(15);
  });

  test('takes the query letter that the config names', () => {
    const lettered = { ...config, labels: { ...config.labels, value: ['B'] } };
    const parsed = parse(fixture('alertmanager/grafana-several-values.json'), { config: lettered });
    expect(parsed).toMatchObject({ kind: 'jobs', jobs: [{ intent: { by: 35.5 } }] });
  });

  test.each([
    ['0.95', '90%', undefined],
    ['95%', '0.9', undefined],
    ['95%', '1', undefined],
    ['95%', '90', 5],
    ['95', '90%', 5],
    ['95%', '90 %', 5],
    ['0.95', '0.9', 0.05],
  ])('of %s beyond %s is %p: a ratio and a percentage are no match', (value, threshold, by) => {
    expect(byOf({ ...firing, annotations: { value, threshold } })).toBe(by);
  });

  test('is unknown where the numbers are too large to tell', () => {
    expect(byOf({ ...firing, annotations: { value: '1e308', threshold: '-1e308' } })).toBeUndefined();
  });
});

describe('the source', () => {
  test.each<[string, Source]>([
    ['v4-firing', 'alertmanager'],
    ['v4-without-cluster-label', 'alertmanager'],
    ['grafana-firing', 'grafana'],
    ['arms-firing', 'arms'],
  ])('of %s is %s', (name, source) => {
    const job = jobOf(fixture(`alertmanager/${name}.json`));
    expect(job.source).toBe(source);
    expect(job.key.startsWith(`${source}/`)).toBe(true);
  });

  test('of version "1" is grafana, whatever organisation it is of', () => {
    expect(jobOf(group([firing], { version: '1' })).source).toBe('grafana');
    expect(jobOf(group([firing], { version: undefined, orgId: 1 })).source).toBe('grafana');
  });

  test('of a group without a version and without labels of ARMS is alertmanager', () => {
    expect(jobOf(altered('alertmanager/v4-firing.json', () => ({ alerts: [firing] }))).source).toBe('alertmanager');
  });

  test('is what the webhook says, where it says so', () => {
    const job = jobOf(fixture('alertmanager/v4-firing.json'), { source: 'grafana' });
    expect(job).toMatchObject({ source: 'grafana', key: expect.stringMatching(/^grafana\//) });
  });
});

describe('Grafana', () => {
  test('starts at the instant that its offset tells, microseconds cut off', () => {
    const { key } = jobOf(fixture('alertmanager/grafana-firing.json'));
    expect(key).toBe('grafana/edge-beijing/c6eadffa33fcdf37/2026-03-02T08:14:12.157Z');
  });

  test.each(
    ['NoData', 'Error', 'Error, KeepLast'].flatMap((reason) =>
      (['grafana', 'alertmanager', 'arms'] as const).map((source) => [reason, source] as const),
    ),
  )('buys nothing for a rule that fires for the reason %s, sent through %s', (reason, source) => {
    const silent = { ...firing, annotations: { ...firing.annotations, grafana_state_reason: reason }, values: null };
    const why = expect.stringContaining('reports missing data');
    expect(parse(group([silent]), { source })).toEqual({ kind: 'ignored', why });
  });

  test('cancels by an alert about missing data that is over, and buys nothing by those that fire', () => {
    const parsed = parse(fixture('alertmanager/v4-grafana-no-data.json'));
    expect(parsed).toMatchObject({
      ...ignored(expect.stringContaining('DatasourceError reports missing data')),
      recoveries: [{ alert: '3c52dc93eec4b431' }],
    });
    expect(parsed).not.toHaveProperty('unclaimed');
  });

  test('buys nothing because its data source has no data, even where a pattern covers that alert', () => {
    const parsed = parse(fixture('alertmanager/grafana-no-data.json'), { cluster: 'edge-shanghai' });
    expect(parsed).toEqual(ignored(expect.stringContaining('DatasourceNoData reports missing data')));
  });
});
