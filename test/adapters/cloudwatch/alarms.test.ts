// Against a loopback stand-in that speaks CloudWatch's JSON protocol; there is no CloudWatch to embed.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createAlarms } from '../../../functions/adapters/cloudwatch/alarms.ts';

const arn = 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:edge:busy';
const changedAt = Date.parse('2026-03-10T10:00:00.123Z');
const metricAlarm = {
  AlarmName: 'edge:busy',
  AlarmArn: arn,
  StateValue: 'ALARM',
  StateReason: 'Threshold Crossed',
  StateReasonData: '{"version":"1.0"}',
  StateUpdatedTimestamp: changedAt / 1000 + 300,
  StateTransitionedTimestamp: changedAt / 1000,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 50,
};
const compositeAlarm = {
  AlarmName: 'all',
  AlarmArn: `${arn}-all`,
  StateValue: 'ALARM',
  StateUpdatedTimestamp: changedAt / 1000,
};

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

describe('an alarm', () => {
  test('is read with its state, its evidence, and the time of its transition', async () => {
    const { alarms, asked } = await cloudwatch({ MetricAlarms: [metricAlarm] });
    expect(await alarms.read(arn)).toEqual({
      name: 'edge:busy',
      arn,
      state: 'ALARM',
      reason: 'Threshold Crossed',
      reasonData: '{"version":"1.0"}',
      operator: 'GreaterThanThreshold',
      threshold: 50,
      changedAt,
    });
    expect(asked).toEqual([{ AlarmNames: ['edge:busy'], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }]);
  });

  test('that is gone is undefined', async () => {
    const { alarms } = await cloudwatch({ MetricAlarms: [], CompositeAlarms: [] });
    expect(await alarms.read(arn)).toBeUndefined();
  });

  test('of another Region is not asked about', async () => {
    const { alarms, asked } = await cloudwatch({ MetricAlarms: [metricAlarm] });
    expect(await alarms.read(arn.replace('eu-central-1', 'us-east-1'))).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

test('all alarms in ALARM are read, page by page, metric and composite', async () => {
  const { alarms, asked } = await cloudwatch(
    { MetricAlarms: [metricAlarm], NextToken: 'more' },
    { CompositeAlarms: [compositeAlarm] },
  );
  expect((await alarms.inAlarm()).map(({ name, changedAt: at }) => [name, at])).toEqual([
    ['edge:busy', changedAt],
    ['all', changedAt],
  ]);
  expect(asked).toMatchObject([{ StateValue: 'ALARM' }, { StateValue: 'ALARM', NextToken: 'more' }]);
});

test('a composite alarm whose actions are suppressed is told so, read or listed', async () => {
  const composite = { ...compositeAlarm, ActionsSuppressedBy: 'WaitPeriod' };
  const page = { CompositeAlarms: [composite, { ...compositeAlarm, AlarmArn: arn }] };
  const { alarms } = await cloudwatch(page, page);
  const suppressed = 'its actions are suppressed by WaitPeriod';
  expect(await alarms.read(composite.AlarmArn)).toMatchObject({ suppressed });
  const [first, second] = await alarms.inAlarm();
  expect(first).toMatchObject({ suppressed });
  expect(second).not.toHaveProperty('suppressed');
});

describe('the mute rule of an alarm', () => {
  const rule = 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm-mute-rule:night';

  test('is the first that is active for it', async () => {
    const { alarms, asked } = await cloudwatch({ AlarmMuteRuleSummaries: [{ AlarmMuteRuleArn: rule }] });
    expect(await alarms.mutedBy('edge:busy')).toBe(`it is muted by ${rule}`);
    expect(asked).toEqual([{ AlarmName: 'edge:busy', Statuses: ['ACTIVE'] }]);
  });

  test('is looked for on every page', async () => {
    const { alarms } = await cloudwatch(
      { NextToken: 'more' },
      { AlarmMuteRuleSummaries: [{ AlarmMuteRuleArn: rule }] },
    );
    expect(await alarms.mutedBy('edge:busy')).toBe(`it is muted by ${rule}`);
  });

  test.each(['com.amazon.coral.service#UnknownOperationException', 'InvalidAction'])(
    'is undefined where CloudWatch knows no mute rules (%s)',
    async (__type) => {
      const { alarms } = await cloudwatch({ __type });
      expect(await alarms.mutedBy('edge:busy')).toBeUndefined();
    },
  );

  test.each(['AccessDeniedException', 'InternalServiceFault'])('is not known when that fails (%s)', async (__type) => {
    const { alarms } = await cloudwatch({ __type });
    await expect(alarms.mutedBy('edge:busy')).rejects.toThrow(expect.objectContaining({ name: __type }));
  });

  test('is undefined when there is none', async () => {
    const { alarms } = await cloudwatch({ AlarmMuteRuleSummaries: [] });
    expect(await alarms.mutedBy('edge:busy')).toBeUndefined();
  });
});

test('a metric that CloudWatch does not tell in time is given up', async () => {
  const Metric = { Namespace: 'Edge', MetricName: 'Busy', Dimensions: [] };
  const { alarms, settings } = await cloudwatch({
    MetricAlarms: [{ ...metricAlarm, ...Metric, Period: 60, EvaluationPeriods: 1 }],
  });
  const { evaluation } = (await alarms.read(arn)) ?? {};
  if (!evaluation) throw new Error('the alarm has no evaluation');
  const hurried = createAlarms({ ...settings, endpoint: await silentEndpoint() }, 1);
  await expect(hurried.measure(evaluation, Date.now())).rejects.toThrow(
    expect.objectContaining({ name: 'AbortError' }),
  );
});

describe('the metric of an alarm', () => {
  const now = Date.parse('2026-03-10T10:07:42.500Z');
  const window = { ScanBy: 'TimestampDescending', EndTime: Date.parse('2026-03-10T10:07:00Z') / 1000 };
  const Metric = { Namespace: 'Edge', MetricName: 'Busy', Dimensions: [{ Name: 'site', Value: 'north' }] };
  const single = { ...metricAlarm, ...Metric, Period: 120, EvaluationPeriods: 3, DatapointsToAlarm: 2 };
  const math = [
    { Id: 'e', Expression: 'a / 2', ReturnData: true },
    { Id: 'a', MetricStat: { Metric, Period: 300, Stat: 'Sum' }, ReturnData: false },
  ];
  const series = (of: object) => ({
    MetricDataResults: [{ Id: 'value', StatusCode: 'Complete', Timestamps: [], Values: [77, 66, 55, 44], ...of }],
  });
  const measure = async (alarm: object, answer: object) => {
    const { alarms, asked } = await cloudwatch({ MetricAlarms: [alarm] }, answer);
    const { evaluation } = (await alarms.read(arn)) ?? {};
    const reading = evaluation && (await alarms.measure(evaluation, now));
    return { evaluation, reading, request: asked[1] };
  };

  test('is read as the alarm evaluates it: its statistic, in the window of its last full minutes', async () => {
    const { evaluation, reading, request } = await measure({ ...single, Statistic: 'Average' }, series({}));
    expect(evaluation).toMatchObject({ operator: 'GreaterThanThreshold', threshold: 50, datapointsToAlarm: 2 });
    expect(reading).toEqual({ values: [77, 66, 55] });
    expect(request).toEqual({
      ...window,
      StartTime: window.EndTime - 3 * 120,
      MetricDataQueries: [{ Id: 'value', MetricStat: { Metric, Period: 120, Stat: 'Average' }, ReturnData: true }],
    });
  });

  test('is read as a percentile, and in the unit of the alarm where it has one', async () => {
    const { request } = await measure({ ...single, ExtendedStatistic: 'p95', Unit: 'Percent' }, series({}));
    expect(request).toMatchObject({ MetricDataQueries: [{ MetricStat: { Stat: 'p95', Unit: 'Percent' } }] });
  });

  test('is the result of metric math, whose queries are passed on whole; without a number, every datapoint counts', async () => {
    const { evaluation, request } = await measure({ ...metricAlarm, EvaluationPeriods: 2, Metrics: math }, series({}));
    expect(evaluation).toMatchObject({ datapointsToAlarm: 2 });
    expect(request).toEqual({ ...window, StartTime: window.EndTime - 2 * 300, MetricDataQueries: math });
  });

  test.each([
    ['has no data', series({ Values: [] }), 'its metric has no data'],
    ['has no series', {}, 'its metric has no data'],
    ['is there in part', series({ StatusCode: 'PartialData' }), 'its metric was not read in full (PartialData)'],
    ['fails inside', series({ StatusCode: 'InternalError' }), 'its metric was not read in full (InternalError)'],
    [
      'has several series',
      { MetricDataResults: [...series({}).MetricDataResults, ...series({}).MetricDataResults] },
      'its metric has several series',
    ],
  ])('that %s is not told', async (_, answer, problem) => {
    expect((await measure({ ...single, Statistic: 'Sum' }, answer)).reading).toEqual({ problem });
  });

  test.each([
    ['a band instead of a threshold', { ...metricAlarm, Threshold: undefined, ThresholdMetricId: 'b', Metrics: math }],
    ['windows of the wall clock', { ...single, Statistic: 'Sum', EvaluationWindow: { WallClockWindow: {} } }],
    ['a query without metrics', metricAlarm],
  ])('does not exist for an alarm with %s', async (_, alarm) => {
    expect((await measure(alarm, {})).evaluation).toBeUndefined();
  });
});

test('a refusal is thrown', async () => {
  const { alarms } = await cloudwatch();
  await expect(alarms.read(arn)).rejects.toThrow();
  await expect(alarms.inAlarm()).rejects.toThrow();
  await expect(alarms.mutedBy('edge:busy')).rejects.toThrow();
  const evaluation = {
    queries: [],
    period: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    operator: '',
    threshold: 0,
  };
  await expect(alarms.measure(evaluation, changedAt)).rejects.toThrow();
});

/** Answers each request with the next page, and with 400 when it is an error or there is none. */
async function cloudwatch(...pages: readonly object[]) {
  const asked: unknown[] = [];
  const left = [...pages];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      asked.push(JSON.parse(body));
      const page = left.shift();
      response.writeHead(page && !('__type' in page) ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(page ?? { __type: 'InvalidNextToken' }));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const settings = {
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${port}`,
    maxAttempts: 1,
    credentials: { accessKeyId: 'id', secretAccessKey: 'made-up' },
  };
  // As long as a slow machine takes.
  const alarms = createAlarms(settings, 60_000);
  return { alarms, asked, settings };
}

/** Takes a request, and never answers. */
async function silentEndpoint(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
