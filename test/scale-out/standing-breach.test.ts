import { describe, expect, test } from '@jest/globals';
import type { StandingAlarm } from '../../functions/adapters/alarms.ts';
import { createStillStands } from '../../functions/scale-out/standing-breach.ts';
import { aJob, anAlarm, sampleAt } from '../support/samples.ts';
import { silentLog } from '../support/silent-log.ts';

const arn = 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:edge-busy';
const job = anAlarm(5, { alarmArn: arn });
const later = sampleAt + 600_000;

function standing(alarm: Partial<StandingAlarm> | Error | undefined) {
  const asked: string[] = [];
  const stillStands = createStillStands({
    alarms: {
      async read(of) {
        asked.push(of);
        if (alarm instanceof Error) throw alarm;
        return alarm && { name: 'edge-busy', arn: of, state: 'ALARM', reason: '', changedAt: sampleAt, ...alarm };
      },
      inAlarm: async () => [],
    },
    now: () => later,
    log: silentLog,
  });
  return { stillStands, asked };
}

describe('a job that was held back', () => {
  test('is over when its alarm has recovered', async () => {
    expect(await standing({ state: 'OK' }).stillStands(job)).toBeUndefined();
  });

  test('is over when its alarm lacks data', async () => {
    expect(await standing({ state: 'INSUFFICIENT_DATA' }).stillStands(job)).toBeUndefined();
  });

  test('is decided with the breach of today, and is as young as the answer', async () => {
    const reason = 'Threshold Crossed: 1 datapoint [90.0 (01/03/26 10:00:00)] was greater than the threshold (50.0).';
    expect(await standing({ reason }).stillStands(job)).toEqual({
      ...job,
      occurredAt: later,
      intent: { ...job.intent, by: 40 },
    });
  });

  test('keeps its own account when nobody can be asked', async () => {
    expect(await standing(new Error('throttled')).stillStands(job)).toEqual(job);
    expect(await standing(undefined).stillStands(job)).toEqual(job);
  });

  test('of another sender is not asked about', async () => {
    const { stillStands, asked } = standing({});
    expect(await stillStands(aJob())).toEqual(aJob());
    expect(asked).toEqual([]);
  });
});
