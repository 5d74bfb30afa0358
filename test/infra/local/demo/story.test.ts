import { describe, expect, test } from '@jest/globals';
import { parseAlert } from '../../../../functions/domain/alerts/parse-alert.ts';
import type { Config } from '../../../../functions/domain/config-schema.ts';
import { type Chapter, tellStory } from '../../../../infra/local/demo/story.ts';
import { configOf } from './fixtures.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const alarms = [
  {
    name: 'load-*',
    steps: [
      { lowerBound: 0, upperBound: 4, add: 1 },
      { lowerBound: 4, add: 2 },
    ],
  },
];
const schedules = [{ name: 'monday-peak', at: 'cron(30 7 ? * MON *)', reach: 8 }];

/** The story as it is sent: each chapter with the body that would be on the queue, and the job in it. */
async function play(config: Config) {
  const played: { readonly chapter: Chapter; readonly body: string; readonly recognized: boolean }[] = [];
  for (const chapter of tellStory(config, now)) {
    let body = '';
    const isIts = await chapter.send({
      async send(sent) {
        body = sent;
        return 'message';
      },
      async publishAlarm(_, Message) {
        body = JSON.stringify({ Type: 'Notification', MessageId: 'sns-1', TopicArn: 'arn:aws:sns:t', Message });
        return 'sns-1';
      },
      async fireSchedule(name) {
        body = `occurrence of ${name}`;
        return body;
      },
    });
    played.push({ chapter, body, recognized: isIts(body) && !isIts('another body') });
  }
  return played;
}

function jobOf(config: Config, body: string | undefined) {
  const parsed = parseAlert(body ?? '', { config });
  return parsed.kind === 'jobs' ? parsed.jobs[0] : undefined;
}

describe('a config with alarms and schedules', () => {
  const config = configOf({ plain: { staleAfterMinutes: 45 }, alarmed: { alarms, schedules, staleAfterMinutes: 30 } });

  test('has one alarm twice, a manual job, a schedule, an alarm that is too late, and poison', async () => {
    const played = await play(config);
    expect(played.map(({ chapter }) => chapter.what)).toEqual([
      'alarm',
      'alarm again',
      'manual job',
      'scheduled bump',
      'late alarm',
      'poison',
    ]);
    expect(played.every(({ recognized }) => recognized)).toBe(true);
  });

  test('sends the alarm of the first cluster that has one, in two envelopes with one key', async () => {
    const [first, again] = await play(config);
    const job = jobOf(config, first?.body);
    expect(job).toMatchObject({ cluster: 'alarmed', intent: { kind: 'breach', alarm: 'load-demo', by: 2 } });
    expect(jobOf(config, again?.body)).toEqual(job);
    expect(again?.body).not.toBe(first?.body);
  });

  test('sends a late alarm that is older than any cluster waits', async () => {
    const late = (await play(config)).find(({ chapter }) => chapter.what === 'late alarm');
    expect(jobOf(config, late?.body)?.occurredAt).toBeLessThan(now - 45 * 60_000);
  });

  test('fires the schedule of the config', async () => {
    const bump = (await play(config)).find(({ chapter }) => chapter.what === 'scheduled bump');
    expect(bump?.body).toBe('occurrence of monday-peak');
  });

  test('ends with what is no alert', async () => {
    const last = (await play(config)).at(-1);
    expect(parseAlert(last?.body ?? '', { config })).toMatchObject({ kind: 'poison', reason: 'not-json' });
  });
});

describe('a config without alarms and schedules', () => {
  const config = configOf({ plain: {} });

  test('has a replay and a skip all the same', async () => {
    const played = await play(config);
    expect(played.map(({ chapter }) => [chapter.what, ...chapter.ends])).toEqual([
      ['manual job', 'accepted', 'skipped'],
      ['job again', 'replayed'],
      ['scheduled bump', 'accepted', 'skipped'],
      ['dry run', 'skipped'],
      ['poison', 'dead-lettered'],
    ]);
    expect(played[1]?.body).not.toBe(played[0]?.body);
    expect(jobOf(config, played[1]?.body)?.key).toBe(jobOf(config, played[0]?.body)?.key);
    expect(jobOf(config, played[3]?.body)?.dryRun).toBe(true);
  });

  test('makes up an occurrence of a schedule within the limits of the cluster', async () => {
    const small = configOf({ plain: { limits: { maxNodes: 2, maxPerPurchase: 1, maxPerDay: 1 } } });
    const bump = (await play(small)).find(({ chapter }) => chapter.what === 'scheduled bump');
    expect(jobOf(small, bump?.body)).toMatchObject({ source: 'schedule', intent: { kind: 'reach', nodes: 2 } });
  });
});
