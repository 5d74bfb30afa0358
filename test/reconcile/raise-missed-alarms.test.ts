import { describe, expect, test } from '@jest/globals';
import type { StandingAlarm } from '../../functions/adapters/cloudwatch/alarms.ts';
import { createWaits, type Wait } from '../../functions/adapters/notes/waits.ts';
import { createMemoryTable } from '../../functions/backtest/world/memory-table.ts';
import { parseAlert } from '../../functions/domain/alerts/parse-alert.ts';
import { defaults } from '../../functions/domain/config/defaults.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import type { JobRecord } from '../../functions/domain/job/purchase.ts';
import { timings } from '../../functions/domain/timings.ts';
import { isDue } from '../../functions/reconcile/is-due.ts';
import { raiseMissedAlarms } from '../../functions/reconcile/raise-missed-alarms.ts';
import { aCluster, aPolicy, aWait, sampleAt } from '../support/samples.ts';
import { silentLog } from '../support/silent-log.ts';

const minute = 60_000;
const labels = { cluster: [], value: [], threshold: [] };
const configFor = (alarm: string): Config => ({
  clusters: { 'edge-north': aPolicy({ alarms: [{ name: alarm, steps: [{ lowerBound: 0, add: 1 }] }] }) },
  labels,
  stack: defaults.stack,
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

interface Surroundings {
  /** Keys of jobs that have a record. */
  readonly known?: readonly string[];
  /** Keys of jobs that wait, or once did. */
  readonly waiting?: readonly string[];
  /** Since they were last noted. */
  readonly waitMs?: number;
  /** Names of alarms that a rule mutes; or what asking for rules throws. */
  readonly muted?: readonly string[] | Error;
  readonly of?: Config;
  /** What noting a wait throws. */
  readonly failing?: Error;
}

async function check(standing: readonly StandingAlarm[], surroundings: Surroundings = {}) {
  const { known = [], waiting = [], waitMs = 15 * minute, muted = [], of = config, failing } = surroundings;
  const sent: string[] = [];
  const noted: Wait[] = [];
  const asked: string[] = [];
  const notes = createWaits(createMemoryTable().client, 'notes', () => sampleAt);
  for (const key of waiting) await notes.note(aWait({ key, at: sampleAt - waitMs }));
  await raiseMissedAlarms({
    config: of,
    stackName: 'EdgeScaleOut',
    alarms: {
      read: async () => undefined,
      inAlarm: async () => standing,
      measure: async () => ({ problem: 'nothing here reads a metric' }),
      async mutedBy(name) {
        asked.push(name);
        if (muted instanceof Error) throw muted;
        return muted.includes(name) ? 'it is muted by a rule' : undefined;
      },
    },
    waits: {
      async note(wait) {
        if (failing) throw failing;
        noted.push(wait);
      },
      read: notes.read,
    },
    ledger: {
      readClusters: async (names) => new Map(names.map((name) => [name, aCluster({ name })])),
      readJobs: async (keys) => new Map(keys.filter((key) => known.includes(key)).map((key) => [key, {} as JobRecord])),
    },
    recoveries: { read: async () => new Map() },
    queue: {
      async enqueue(body) {
        sent.push(body);
        return 'm1';
      },
    },
    now: () => sampleAt,
    log: silentLog,
  });
  return { sent, noted, asked };
}

const keyOf = (ageMs: number, name = 'busy-cpu') =>
  `cloudwatch/edge-north/arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${name}/${new Date(sampleAt - ageMs).toISOString()}`;

describe('an alarm that nobody heard of', () => {
  test('becomes the very job that its notification would have become', async () => {
    const { sent } = await check([anAlarmSince(5 * minute)]);
    const [body = ''] = sent;
    expect(parseAlert(body, { config, now: sampleAt })).toMatchObject({
      kind: 'jobs',
      jobs: [{ key: keyOf(5 * minute), cluster: 'edge-north', intent: { kind: 'breach', alarm: 'busy-cpu', by: 40 } }],
    });
  });

  test('becomes a job however long it has stood', async () => {
    const { sent } = await check([anAlarmSince(3 * 24 * 60 * minute)]);
    expect(sent).toHaveLength(1);
  });

  test('is heard of from then on: it waits as any other, and the next check sends no copy', async () => {
    const { noted } = await check([anAlarmSince(5 * minute)]);
    const why = 'no message of its alarm arrived, so the check for missed alarms put it on the queue';
    expect(noted).toMatchObject([
      {
        key: keyOf(5 * minute),
        cluster: 'edge-north',
        payload: 'breach',
        reason: 'unheard',
        why,
        until: sampleAt,
        at: sampleAt,
        story: { source: 'cloudwatch', occurredAt: sampleAt - 5 * minute, decision: why },
      },
    ]);
  });

  test('becomes a job although that cannot be noted', async () => {
    const alarms = [anAlarmSince(5 * minute), anAlarmSince(6 * minute)];
    const { sent } = await check(alarms, { failing: new Error('throttled') });
    expect(sent).toHaveLength(2);
  });

  test.each<[string, Surroundings]>([
    ['its job has an outcome', { known: [keyOf(5 * minute)] }],
    ['its job waits', { waiting: [keyOf(5 * minute)] }],
  ])('is left alone when %s, and nobody is asked who mutes it', async (_, surroundings) => {
    expect(await check([anAlarmSince(5 * minute)], surroundings)).toEqual({ sent: [], noted: [], asked: [] });
  });

  test('becomes a job again when the one that waited is long overdue: its message is gone', async () => {
    const standing = [anAlarmSince(5 * minute)];
    const waiting = [keyOf(5 * minute)];
    expect(await check(standing, { waiting, waitMs: 60 * minute - 1 })).toMatchObject({ sent: [] });
    expect(await check(standing, { waiting, waitMs: 60 * minute })).toMatchObject({ sent: [expect.any(String)] });
  });

  test.each([
    ['its notification may still be on its way', anAlarmSince(minute)],
    ['no cluster has a rule for it', anAlarmSince(5 * minute, 'disk-full')],
    ['its actions are suppressed', { ...anAlarmSince(5 * minute), suppressed: 'its actions are suppressed by Alarm' }],
  ])('is left alone when %s', async (_, alarm) => {
    expect(await check([alarm])).toEqual({ sent: [], noted: [], asked: [] });
  });

  test('is left alone while a rule mutes it, and others are not', async () => {
    const alarms = [anAlarmSince(5 * minute, 'busy-cpu'), anAlarmSince(5 * minute, 'busy-disk')];
    const { sent, noted } = await check(alarms, { muted: ['busy-cpu'] });
    expect(sent).toEqual([expect.stringContaining('busy-disk')]);
    expect(noted.map(({ key }) => key)).toEqual([keyOf(5 * minute, 'busy-disk')]);
  });

  test('is not bought blindly when nobody can say who mutes it', async () => {
    await expect(check([anAlarmSince(5 * minute)], { muted: new Error('denied') })).rejects.toThrow('denied');
  });

  test("is left alone when it is one of the stack's own, whatever pattern the config has", async () => {
    const alarms = ['EdgeScaleOut-BudgetAt80-1', 'EdgeScaleOutside'].map((name) => anAlarmSince(5 * minute, name));
    const { sent } = await check(alarms, { of: configFor('*') });
    expect(sent).toEqual([expect.stringContaining('EdgeScaleOutside')]);
  });
});

test('alarms are checked in one minute of five', () => {
  const minutes = Array.from({ length: 10 }, (_, n) =>
    isDue(Date.parse('2026-03-10T10:00:30Z') + n * minute, timings.alarmCheckMs),
  );
  expect(minutes.filter(Boolean)).toHaveLength(2);
});
