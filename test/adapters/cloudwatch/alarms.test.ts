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

  test('is undefined when there is none', async () => {
    const { alarms } = await cloudwatch({ AlarmMuteRuleSummaries: [] });
    expect(await alarms.mutedBy('edge:busy')).toBeUndefined();
  });
});

test('a refusal is thrown', async () => {
  const { alarms } = await cloudwatch();
  await expect(alarms.read(arn)).rejects.toThrow();
  await expect(alarms.inAlarm()).rejects.toThrow();
  await expect(alarms.mutedBy('edge:busy')).rejects.toThrow();
});

/** Answers each request with the next page, and with 400 when there is none. */
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
      response.writeHead(page ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(page ?? { __type: 'InvalidNextToken' }));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const alarms = createAlarms({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${port}`,
    maxAttempts: 1,
    credentials: { accessKeyId: 'id', secretAccessKey: 'made-up' },
  });
  return { alarms, asked };
}
