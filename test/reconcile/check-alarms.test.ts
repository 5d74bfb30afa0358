import { describe, expect, test } from '@jest/globals';
import type { StandingAlarm } from '../../functions/adapters/alarms.ts';
import { parseAlert } from '../../functions/domain/alerts/parse-alert.ts';
import type { Config } from '../../functions/domain/config-schema.ts';
import type { JobRecord } from '../../functions/domain/purchase.ts';
import { checkAlarms, isCheckDue } from '../../functions/reconcile/check-alarms.ts';
import { aPolicy, sampleAt } from '../support/samples.ts';
import { silentLog } from '../support/silent-log.ts';

const minute = 60_000;
const labels = { cluster: [], value: [], threshold: [] };
const configFor = (alarm: string): Config => ({
  clusters: { 'edge-north': aPolicy({ alarms: [{ name: alarm, steps: [{ lowerBound: 0, add: 1 }] }] }) },
  labels,
  stack: { customerKey: false, enqueuers: [] },
});
const config = configFor('busy-*');

const anAlarmSince = (ageMs: number, name = 'busy-cpu'): StandingAlarm => ({
  name,
  arn: `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${name}`,
  state: 'ALARM',
  reason: 'Threshold Crossed: 1 datapoint [90.0 (01/03/26 10:00:00)] was greater than the threshold (50.0).',
  operator: 'GreaterThanThreshold',
  threshold: 50,
  changedAt: sampleAt - ageMs,
});

async function check(
  standing: readonly StandingAlarm[],
  known: readonly string[] = [],
  of: Config = config,
): Promise<string[]> {
  const sent: string[] = [];
  await checkAlarms({
    config: of,
    stackName: 'EdgeScaleOut',
    alarms: { read: async () => undefined, inAlarm: async () => standing },
    ledger: {
      readJobs: async (keys) => new Map(keys.filter((key) => known.includes(key)).map((key) => [key, {} as JobRecord])),
    },
    queue: {
      async enqueue(body) {
        sent.push(body);
        return 'm1';
      },
    },
    now: () => sampleAt,
    log: silentLog,
  });
  return sent;
}

describe('an alarm that nobody heard of', () => {
  test('becomes the very job that its notification would have become', async () => {
    const [body = ''] = await check([anAlarmSince(5 * minute)]);
    expect(parseAlert(body, { config })).toMatchObject({
      kind: 'jobs',
      jobs: [
        {
          key: `cloudwatch/edge-north/arn:aws:cloudwatch:eu-central-1:123456789012:alarm:busy-cpu/${new Date(sampleAt - 5 * minute).toISOString()}`,
          cluster: 'edge-north',
          intent: { kind: 'breach', alarm: 'busy-cpu', by: 40 },
        },
      ],
    });
  });

  test('is left alone when its job has an outcome', async () => {
    const at = new Date(sampleAt - 5 * minute).toISOString();
    const key = `cloudwatch/edge-north/arn:aws:cloudwatch:eu-central-1:123456789012:alarm:busy-cpu/${at}`;
    expect(await check([anAlarmSince(5 * minute)], [key])).toEqual([]);
  });

  test.each([
    ['its notification may still be on its way', anAlarmSince(minute)],
    ['earlier checks have seen it', anAlarmSince(18 * minute)],
    ['no cluster has a rule for it', anAlarmSince(5 * minute, 'disk-full')],
  ])('is left alone when %s', async (_, alarm) => {
    expect(await check([alarm])).toEqual([]);
  });

  test("is left alone when it is one of the stack's own, whatever pattern the config has", async () => {
    const alarms = ['EdgeScaleOut-BudgetAt80-1', 'EdgeScaleOutside'].map((name) => anAlarmSince(5 * minute, name));
    expect(await check(alarms, [], configFor('*'))).toEqual([expect.stringContaining('EdgeScaleOutside')]);
  });
});

test('alarms are checked in one minute of five', () => {
  const minutes = Array.from({ length: 10 }, (_, n) => isCheckDue(Date.parse('2026-03-10T10:00:30Z') + n * minute));
  expect(minutes.filter(Boolean)).toHaveLength(2);
});
