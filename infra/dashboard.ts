// One page for the person on call. From left to right it follows an alert to Ready nodes; the most important rows come first.
import { Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MetricName } from '../functions/domain/metrics.ts';
import type { AlertQueue } from './alert-queue.ts';
import type { StackFunctions } from './function-alarms.ts';
import { ownMetric, ownMetricApart } from './own-metrics.ts';

interface DashboardParts {
  readonly alarms: Alarm[];
  readonly alerts: AlertQueue;
  readonly functions: StackFunctions;
  /** Where the runbook is, and its sections. */
  readonly help?: { readonly runbook: string; readonly sections: readonly string[] } | undefined;
}

const period = Duration.minutes(5);
const most = { period, statistic: 'Maximum' };
const stacked = { stacked: true };
/** The page is 24 units wide: four stages side by side. */
const width = 6;
const half = { width: 2 * width };

export function createDashboard(
  scope: Construct,
  id: string,
  { alarms, alerts, functions, help }: DashboardParts,
): Dashboard {
  return new Dashboard(scope, id, {
    dashboardName: Stack.of(scope).stackName,
    widgets: [
      [
        new AlarmStatusWidget({
          title: 'Alarms',
          alarms,
          sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
          width: 4 * width,
          height: 4,
        }),
      ],
      ...(help ? [[links(help)]] : []),
      totals(scope),
      ...ownGraphs(scope, alerts),
      functionGraphs(functions),
    ],
  });
}

/** What to do about each alarm. */
function links({ runbook, sections }: NonNullable<DashboardParts['help']>): IWidget {
  const markdown = sections.map((section) => `[${section}](${runbook}#${section.toLowerCase().replaceAll(' ', '-')})`);
  return new TextWidget({ markdown: markdown.join(' · '), width: 4 * width, height: 2 });
}

/** Totals of the shown period. */
function totals(scope: Construct): IWidget[] {
  const total = (name: MetricName, label: string) => totalOf(scope, name, label);
  const stage = (title: string, ...metrics: IMetric[]) =>
    new SingleValueWidget({ title, metrics, setPeriodToTimeRange: true, width, height: 3 });
  return [
    stage(
      'Received',
      total('AlertsReceived', 'alerts'),
      total('Replays', 'replayed'),
      total('IgnoredMessages', 'ignored'),
    ),
    stage('Decided', total('Decisions', 'decisions')),
    stage('Bought', total('Purchases', 'purchases'), total('NodesBought', 'nodes')),
    stage('Ready', total('NodesReady', 'nodes')),
  ];
}

function ownGraphs(scope: Construct, alerts: AlertQueue): IWidget[][] {
  const sum = (name: MetricName, label = '') => ownMetricApart(scope, name, { statistic: 'Sum', period, label });
  const level = (name: MetricName, label = '') => ownMetricApart(scope, name, { ...most, label });
  const times = (name: MetricName) =>
    ['p50', 'p90', 'Maximum'].map((statistic) => ownMetric(scope, name, { statistic, period, label: statistic }));
  return [
    [
      graph('Purchase slots, age (s)', [level('DoubtAge', 'in doubt'), level('SlotAge', 'taken')]),
      graph('Parked purchases', [level('ParkedSlots')]),
      graph('Budget used (%)', [level('BudgetUsed')], { leftYAxis: { min: 0, max: 100 } }),
      graph('Spend (each cluster in its own currency)', [sum('Spend')], stacked),
    ],
    [
      graph(
        'Alerts received',
        [sum('AlertsReceived'), sum('TruncatedAlerts', 'left out by'), sum('AlertsTooLarge', 'too large from')],
        stacked,
      ),
      graph('Decisions', [sum('Decisions')], stacked),
      graph('Nodes bought', [sum('NodesBought')], stacked),
      graph('Nodes that became Ready', [sum('NodesReady')], stacked),
    ],
    [
      queueGraph(alerts),
      graph('Jobs that wait, by reason', [sum('Deferrals')], stacked),
      graph('From the need to the accepted purchase (s)', times('TimeToAccepted')),
      graph('From the need to Ready nodes (s)', times('TimeToReady')),
    ],
    [
      deadLetterGraph(alerts, sum('DeadLettered', 'refused:'), totalOf(scope, 'RepeatedFailures', 'keep failing')),
      graph('Throttled by ACK', [sum('ApiThrottles')], {
        right: [ownMetric(scope, 'ClockSkew', { ...most, label: 'clock difference (s)' })],
      }),
      graph('Purchases without nodes', [sum('Rejections', 'refused'), sum('AmbiguousOutcomes', 'unanswered')]),
      graph('Nodes that are missing', [
        sum('TasksFailed', 'failed'),
        sum('NodesOverdue', 'overdue'),
        sum('StillShort', 'still short'),
      ]),
    ],
    [
      graph('Nodes whose lease ends (7 days and 1 day before)', [sum('LeasesExpiring')], { ...stacked, ...half }),
      graph('Nodes that do not count: their lease is over', [level('NodesLapsed')], half),
    ],
  ];
}

const totalOf = (scope: Construct, name: MetricName, label: string): IMetric =>
  ownMetric(scope, name, { statistic: 'Sum', period, label });

function queueGraph({ queue }: AlertQueue): GraphWidget {
  return graph(
    'Alert queue',
    [
      queue.metricApproximateNumberOfMessagesVisible({ ...most, label: 'waiting' }),
      queue.metricApproximateNumberOfMessagesDelayed({ ...most, label: 'delayed' }),
      queue.metricApproximateNumberOfMessagesNotVisible({ ...most, label: 'in flight' }),
    ],
    { right: [queue.metricApproximateAgeOfOldestMessage({ ...most, label: 'oldest (s)' })] },
  );
}

function deadLetterGraph({ deadLetterQueue, undeliveredQueue }: AlertQueue, ...ours: IMetric[]): GraphWidget {
  return graph('Dead letters', [
    deadLetterQueue.metricApproximateNumberOfMessagesVisible({ ...most, label: 'refused or failed' }),
    undeliveredQueue.metricApproximateNumberOfMessagesVisible({ ...most, label: 'not delivered' }),
    ...ours,
  ]);
}

function functionGraphs({ scaleOut, reconcile, receiveAlert, announce }: StackFunctions): IWidget[] {
  const names = { ...(receiveAlert && { 'receive-alert': receiveAlert }), 'scale-out': scaleOut, reconcile, announce };
  const each = Object.entries(names);
  return [
    graph(
      'Errors',
      each.map(([label, of]) => of.metricErrors({ period, label })),
    ),
    graph(
      'Throttles',
      each.map(([label, of]) => of.metricThrottles({ period, label })),
    ),
    graph(
      'Duration, p90 (ms)',
      each.map(([label, of]) => of.metricDuration({ period, label, statistic: 'p90' })),
    ),
    graph('Delay of events (ms)', [announce.metric('IteratorAge', { ...most, label: 'oldest change' })]),
  ];
}

function graph(title: string, left: IMetric[], options: GraphWidgetProps = {}): GraphWidget {
  return new GraphWidget({ title, left, width, height: 6, leftYAxis: { min: 0 }, ...options });
}
