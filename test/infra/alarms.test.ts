// What calls a person, and what that person then looks at.
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { metricNamespace, metrics } from '../../functions/domain/metrics.ts';
import { timings } from '../../functions/domain/timings.ts';
import { measureCluster } from '../../functions/purchase/visit/measure-cluster.ts';
import { aCluster, aPolicy, sampleAt } from '../support/samples.ts';
import { withCluster } from './stack-fixtures.ts';
import { createStack, removeOutput, synthesize } from './synthesized.ts';

afterAll(removeOutput);

const { all, one } = synthesize(createStack(withCluster({})));
const made = all('AWS::CloudWatch::Alarm');

const ours = { Namespace: 'EdgeScaleOut', Dimensions: [{ Name: 'service', Value: 'EdgeScaleOut' }] };
const of = (name: string) => ({ Namespace: 'AWS/Lambda', Dimensions: [{ Name: 'FunctionName', Value: name }] });
const queue = (name: string) => ({
  Namespace: 'AWS/SQS',
  Dimensions: [{ Name: 'QueueName', Value: `AlertQueue${name}.QueueName` }],
});

/** One period of five minutes, unless an alarm says otherwise. */
const once = { Period: 300, EvaluationPeriods: 1 };
const twice = { Period: 300, EvaluationPeriods: 3, DatapointsToAlarm: 2 };
const always = { ...twice, DatapointsToAlarm: 3 };
const deferred = (reason: string) => ({
  ...ours,
  Dimensions: [{ Name: 'reason', Value: reason }, ...ours.Dimensions],
  Period: 1200,
  EvaluationPeriods: 1,
});
const atLeast = (Threshold: number) => ({ ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold });
const above = (Threshold: number) => ({ ComparisonOperator: 'GreaterThanThreshold', Threshold });
const below = (Threshold: number) => ({ ComparisonOperator: 'LessThanThreshold', Threshold });
const silenceIs = (TreatMissingData: 'notBreaching' | 'breaching' | 'ignore') => ({ TreatMissingData });
const good = silenceIs('notBreaching');
const total = (MetricName: string) => ({ MetricName, Statistic: 'Sum' });
const worst = (MetricName: string) => ({ MetricName, Statistic: 'Maximum' });

const waiting = worst('ApproximateNumberOfMessagesVisible');
const waitsTooLong = above((timings.maxDelayMs + timings.visibilityTimeoutMs) / 1000);

const expected: readonly (readonly [name: string, section: string, ...of: readonly object[]])[] = [
  ['PurchaseInDoubt', 'A purchase is in doubt', ours, worst('DoubtAge'), once, above(600), silenceIs('ignore')],
  ['PurchaseParked', 'A purchase is parked', ours, worst('ParkedSlots'), once, atLeast(1), silenceIs('ignore')],
  ['PurchaseRefused', 'A purchase was refused', ours, total('Rejections'), once, atLeast(1), good],
  ['NothingSent', 'Requests do not leave', deferred('not-sent'), total('Deferrals'), atLeast(2), good],
  ['ClusterNotRunning', 'A cluster takes no nodes', deferred('not-running'), total('Deferrals'), atLeast(2), good],
  ['NodesNotReady', 'A cluster takes no nodes', deferred('nodes-not-ready'), total('Deferrals'), atLeast(2), good],
  ['TaskFailed', 'A task failed', ours, total('TasksFailed'), once, atLeast(1), good],
  ['NodesOverdue', 'Nodes are overdue', ours, total('NodesOverdue'), once, atLeast(1), good],
  ['StillShort', 'Nodes are still missing', ours, total('StillShort'), once, atLeast(1), good],
  ['LeasesExpire', 'Leases end', ours, total('LeasesExpiring'), once, atLeast(1), good],
  ['ClocksDiffer', 'Clocks differ by more than 60 s', ours, worst('ClockSkew'), once, above(60), silenceIs('ignore')],
  ['BudgetAt80', 'The budget runs out', ours, worst('BudgetUsed'), once, atLeast(80), silenceIs('ignore')],
  ['BudgetAt100', 'The budget runs out', ours, worst('BudgetUsed'), once, atLeast(100), silenceIs('ignore')],
  ['DeadLetters', 'A message is on the dead-letter queue', queue('DeadLetters'), waiting, once, atLeast(1), good],
  ['Undelivered', 'Something was not delivered', queue('Undelivered'), waiting, once, atLeast(1), good],
  ['AlertFails', 'An alert keeps failing', ours, total('RepeatedFailures'), once, atLeast(1), good],
  ['AlertsTooLarge', 'A group of alerts is too large', ours, total('AlertsTooLarge'), once, atLeast(1), good],
  [
    'AlertsWait',
    'Alerts wait too long',
    queue('Alerts'),
    worst('ApproximateAgeOfOldestMessage'),
    once,
    waitsTooLong,
    good,
  ],
  ['ScaleOutErrors', 'A function fails', of('ScaleOut'), total('Errors'), twice, atLeast(1), good],
  ['ReceiveAlertErrors', 'A function fails', of('ReceiveAlert'), total('Errors'), twice, atLeast(1), good],
  ['AnnounceErrors', 'A function fails', of('Announce'), total('Errors'), twice, atLeast(1), good],
  ['ReconcileErrors', 'The reconciler fails', of('Reconcile'), total('Errors'), always, atLeast(1), good],
  ['ScaleOutThrottles', 'A function is throttled', of('ScaleOut'), total('Throttles'), twice, atLeast(1), good],
  ['ReconcileThrottles', 'A function is throttled', of('Reconcile'), total('Throttles'), twice, atLeast(1), good],
  ['ReceiveAlertThrottles', 'A function is throttled', of('ReceiveAlert'), total('Throttles'), twice, atLeast(1), good],
  ['AnnounceThrottles', 'A function is throttled', of('Announce'), total('Throttles'), twice, atLeast(1), good],
  [
    'ReconcileHeartbeat',
    'The reconciler is silent',
    of('Reconcile'),
    total('Invocations'),
    once,
    below(1),
    silenceIs('breaching'),
  ],
  ['WebhookFailures', 'The webhook fails', of('ReceiveAlert'), total('Url5xxCount'), once, atLeast(1), good],
  ['EventsLate', 'Events are late', of('Announce'), worst('IteratorAge'), once, above(10 * 60_000), good],
];
const anomaly = 'PurchaseRate';

describe('the alarms', () => {
  test('are these', () => {
    expect(made.map(({ name }) => name).toSorted()).toEqual([...expected.map(([name]) => name), anomaly].toSorted());
  });

  test.each(expected)('%s goes off as it is meant to, and names "%s"', (name, section, ...parts) => {
    const { AlarmDescription, AlarmActions, OKActions, ...properties } = one('AWS::CloudWatch::Alarm', name);
    expect(properties).toEqual(Object.assign({}, ...parts));
    expect(AlarmDescription).toMatch(new RegExp(`^[A-Z].+\\. See "${section}" in infra/RUNBOOK\\.md\\.$`));
    expect([AlarmActions, OKActions]).toEqual([['Operations'], ['Operations']]);
  });

  test('keep their state in silence where every visit of the reconciler tells a number, be it zero, or every answer of ACK', () => {
    const told: string[] = [];
    const metrics = { add: (name: string) => told.push(name), publish: () => undefined };
    measureCluster(aCluster(), { metrics, now: () => sampleAt, policyOf: () => aPolicy() });
    const keeping = made.filter(({ properties }) => properties['TreatMissingData'] === 'ignore');
    const watched = new Set(keeping.map(({ properties }) => properties['MetricName']));
    expect(watched).toEqual(new Set([...told, 'ClockSkew']));
  });

  test('PurchaseRate goes off when an hour brings more nodes than this hour of the week usually does', () => {
    expect(one('AWS::CloudWatch::Alarm', anomaly)).toEqual({
      AlarmDescription: expect.stringContaining('See "More nodes are bought than usual" in infra/RUNBOOK.md.'),
      AlarmActions: ['Operations'],
      OKActions: ['Operations'],
      Metrics: [
        expect.objectContaining({ Id: 'expr_1', Expression: 'ANOMALY_DETECTION_BAND(m0, 3)', ReturnData: true }),
        {
          Id: 'm0',
          MetricStat: { Metric: { ...ours, MetricName: 'NodesBought' }, Period: 3600, Stat: 'Sum' },
          ReturnData: true,
        },
      ],
      ThresholdMetricId: 'expr_1',
      ComparisonOperator: 'GreaterThanUpperThreshold',
      EvaluationPeriods: 1,
      ...good,
    });
  });

  test('leave it to CloudFormation to name them after the stack, so that none of them buys nodes', () => {
    for (const { properties } of made) expect(properties).not.toHaveProperty('AlarmName');
  });

  test('each name a section of the runbook that exists', () => {
    const runbook = readFileSync(new URL('../../infra/RUNBOOK.md', import.meta.url), 'utf8');
    const headings = [...runbook.matchAll(/^#{2,6} (.+)$/gm)].map(([, heading = '']) => heading);
    const named = made.map(
      ({ properties }) => /See "(.+)" in infra\/RUNBOOK/.exec(String(properties['AlarmDescription']))?.[1],
    );
    expect(headings).toEqual(expect.arrayContaining([...new Set(named)]));
  });
});

const widgetSchema = z.object({
  type: z.string(),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
  properties: z.object({
    title: z.string(),
    alarms: z.optional(z.array(z.string())),
    metrics: z.optional(z.array(z.array(z.unknown()))),
  }),
});
const dashboardSchema = z.object({ widgets: z.array(widgetSchema) });

describe('the dashboard', () => {
  const { DashboardBody, DashboardName } = one('AWS::CloudWatch::Dashboard', 'Dashboard');
  const { widgets } = dashboardSchema.parse(JSON.parse(String(DashboardBody)));
  const find = (title: string) => {
    const found = widgets.find(({ properties }) => properties.title === title);
    if (!found) throw new Error(`no ${title}, but ${widgets.map(({ properties }) => properties.title).join(', ')}`);
    return found;
  };
  /** Names of metrics of ours, as `name` or, told apart, as `name by cluster`. */
  const ownMetricsOf = ({ properties }: (typeof widgets)[number]) =>
    (properties.metrics ?? []).flatMap((metric) => {
      const search = /\{EdgeScaleOut,service,([a-z,]+)\} MetricName="(\w+)" service="EdgeScaleOut"/.exec(
        JSON.stringify(metric).replaceAll('\\', ''),
      );
      if (search) return [`${search[2]} by ${search[1]}`];
      const [namespace, name, dimension, value] = metric;
      return namespace === metricNamespace && dimension === 'service' && value === 'EdgeScaleOut' ? [String(name)] : [];
    });
  const metricsOf = (title: string) =>
    (find(title).properties.metrics ?? []).map(([, name, , on]) => `${String(name)} of ${String(on)}`);

  test('bears the name of the stack', () => {
    expect(DashboardName).toBe('EdgeScaleOut');
  });

  test('follows an alert from left to right: received, decided, bought, Ready', () => {
    const rows = [
      ['Received', 'Decided', 'Bought', 'Ready'],
      ['Alerts received', 'Decisions', 'Nodes bought', 'Nodes that became Ready'],
    ];
    for (const row of rows) {
      const stages = row.map(find);
      expect(stages.map(({ x }) => x)).toEqual([0, 6, 12, 18]);
      expect(new Set(stages.map(({ y }) => y)).size).toBe(1);
    }
    expect(ownMetricsOf(find('Received'))).toEqual(['AlertsReceived', 'Replays', 'IgnoredMessages']);
    expect(ownMetricsOf(find('Decided'))).toEqual(['Decisions']);
    expect(ownMetricsOf(find('Bought'))).toEqual(['Purchases', 'NodesBought']);
    expect(ownMetricsOf(find('Ready'))).toEqual(['NodesReady']);
  });

  test.each([
    ['Purchase slots, age (s)', ['DoubtAge by cluster', 'SlotAge by cluster']],
    ['Parked purchases', ['ParkedSlots by cluster']],
    ['Budget used (%)', ['BudgetUsed by cluster']],
    ['Spend (each cluster in its own currency)', ['Spend by cluster']],
    ['Alerts received', ['AlertsReceived by source', 'TruncatedAlerts by source', 'AlertsTooLarge by source']],
    ['Decisions', ['Decisions by kind,reason']],
    ['Nodes bought', ['NodesBought by cluster']],
    ['Nodes that became Ready', ['NodesReady by cluster']],
    ['Jobs that wait, by reason', ['Deferrals by reason']],
    ['From the need to the accepted purchase (s)', ['TimeToAccepted', 'TimeToAccepted', 'TimeToAccepted']],
    ['From the need to Ready nodes (s)', ['TimeToReady', 'TimeToReady', 'TimeToReady']],
    ['Dead letters', ['DeadLettered by reason', 'RepeatedFailures']],
    ['Throttled by ACK', ['ApiThrottles by cluster', 'ClockSkew']],
    ['Purchases without nodes', ['Rejections by cluster', 'AmbiguousOutcomes by cluster']],
    ['Nodes whose lease ends (7 days and 1 day before)', ['LeasesExpiring by cluster']],
    ['Nodes that do not count: their lease is over', ['NodesLapsed by cluster']],
    ['Nodes that are missing', ['TasksFailed by cluster', 'NodesOverdue by cluster', 'StillShort by cluster']],
  ])('%s shows %p', (title, names) => {
    expect(ownMetricsOf(find(title))).toEqual(names);
  });

  test('shows the queues and the functions', () => {
    expect(metricsOf('Alert queue')).toEqual([
      'ApproximateNumberOfMessagesVisible of AlertQueueAlerts.QueueName',
      'ApproximateNumberOfMessagesDelayed of AlertQueueAlerts.QueueName',
      'ApproximateNumberOfMessagesNotVisible of AlertQueueAlerts.QueueName',
      'ApproximateAgeOfOldestMessage of AlertQueueAlerts.QueueName',
    ]);
    expect(metricsOf('Dead letters')).toEqual(
      expect.arrayContaining([
        'ApproximateNumberOfMessagesVisible of AlertQueueDeadLetters.QueueName',
        'ApproximateNumberOfMessagesVisible of AlertQueueUndelivered.QueueName',
      ]),
    );
    for (const [title, metric] of [
      ['Errors', 'Errors'],
      ['Throttles', 'Throttles'],
      ['Duration, p90 (ms)', 'Duration'],
    ] as const)
      expect(metricsOf(title).toSorted()).toEqual(
        ['Announce', 'ReceiveAlert', 'Reconcile', 'ScaleOut'].map((name) => `${metric} of ${name}`),
      );
    expect(metricsOf('Delay of events (ms)')).toEqual(['IteratorAge of Announce']);
  });

  test('shows every metric that the functions write, told apart as they are', () => {
    const shown = new Set(widgets.flatMap(ownMetricsOf).map((metric) => metric.replace(/ by .*/, '')));
    expect([...shown].toSorted()).toEqual(Object.keys(metrics).toSorted());
    for (const metric of widgets.flatMap(ownMetricsOf)) {
      const [name = '', by] = metric.split(' by ');
      if (by) expect(Object.entries(metrics).find(([known]) => known === name)?.[1].by).toEqual(by.split(','));
    }
  });

  test('begins with the state of every alarm', () => {
    const [first] = widgets;
    expect(first).toMatchObject({ type: 'alarm', x: 0, y: 0, width: 24 });
    expect(first?.properties.alarms?.toSorted()).toEqual(made.map(({ name }) => `${name}.Arn`).toSorted());
  });

  test('fits its page of 24 columns, and no widget covers another', () => {
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, i) => `${x + (i % width)},${y + Math.floor(i / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
  });
});

test('the dashboard links to the section of each alarm, where the config says where the runbook is', () => {
  const runbook = 'https://wiki.example.org/RUNBOOK.md';
  const { one: linked } = synthesize(createStack({ ...withCluster({}), stack: { runbook } }));
  const { DashboardBody } = linked('AWS::CloudWatch::Dashboard', 'Dashboard');
  const text = String(JSON.stringify(DashboardBody));
  const named = made.map(({ properties }) => /See "(.+)" in/.exec(String(properties['AlarmDescription']))?.[1] ?? '');
  for (const section of named)
    expect(text).toContain(`[${section}](${runbook}#${section.toLowerCase().replaceAll(' ', '-')})`);
});
