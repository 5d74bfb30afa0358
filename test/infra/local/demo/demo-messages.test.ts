import { describe, expect, test } from '@jest/globals';
import { parseAlert } from '../../../../functions/domain/alerts/parse-alert.ts';
import type { Config } from '../../../../functions/domain/config/types.ts';
import type { DemoMessage } from '../../../../infra/local/demo/demo-message.ts';
import { demoMessages } from '../../../../infra/local/demo/demo-messages.ts';
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

/** The story as it is sent: each message with the body that would be on the queue, and the cluster of its webhook. */
async function play(config: Config) {
  const played: {
    readonly message: DemoMessage;
    readonly body: string;
    readonly cluster: string | undefined;
    readonly recognized: boolean;
  }[] = [];
  let commands = 0;
  for (const message of demoMessages(config, now)) {
    let body = '';
    let posted: string | undefined;
    const isIts = await message.send({
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
      async post(_, cluster, sent) {
        posted = cluster;
        body = sent;
      },
      async enqueue(cluster, key) {
        commands += 1;
        body = JSON.stringify({
          version: 1,
          kind: 'manual',
          key,
          cluster,
          add: 1,
          requestedBy: 'a test',
          requestedAt: new Date(now + commands).toISOString(),
        });
        return body;
      },
    });
    played.push({ message, body, cluster: posted, recognized: isIts(body) && !isIts('another body') });
  }
  return played;
}

function jobOf(config: Config, body: string | undefined) {
  const parsed = parseAlert(body ?? '', { config, now });
  return parsed.kind === 'jobs' ? parsed.jobs[0] : undefined;
}

describe('a config with alarms and schedules', () => {
  const config = configOf({ plain: { staleAfterMinutes: 45 }, alarmed: { alarms, schedules, staleAfterMinutes: 30 } });

  test('has an alarm twice, a manual job, a schedule, a late alert, a recovery and poison: five dialects', async () => {
    const played = await play(config);
    expect(played.map(({ message }) => [message.what, message.dialect])).toEqual([
      ['alarm', 'cloudwatch'],
      ['alarm again', 'cloudwatch'],
      ['manual job', 'manual'],
      ['scheduled bump', 'schedule'],
      ['late alert', 'alertmanager'],
      ['recovery', 'cloudmonitor'],
      ['poison', undefined],
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

  test('posts an alert to the webhook of the cluster that is older than the cluster waits', async () => {
    const late = (await play(config)).find(({ message }) => message.what === 'late alert');
    expect(late?.cluster).toBe('alarmed');
    expect(parseAlert(late?.body ?? '', { config, now, source: 'alertmanager', cluster: 'alarmed' })).toMatchObject({
      kind: 'jobs',
      jobs: [{ source: 'alertmanager', intent: { alarm: 'load-demo' }, occurredAt: now - 31 * 60_000 }],
    });
  });

  test('posts the recovery of an alert that is none of them any more', async () => {
    const over = (await play(config)).find(({ message }) => message.what === 'recovery');
    expect(over?.cluster).toBe('alarmed');
    expect(parseAlert(over?.body ?? '', { config, now, source: 'cloudmonitor', cluster: 'alarmed' })).toMatchObject({
      kind: 'ignored',
      why: expect.stringContaining('state OK'),
    });
  });

  test('fires the schedule of the config', async () => {
    const bump = (await play(config)).find(({ message }) => message.what === 'scheduled bump');
    expect(bump?.body).toBe('occurrence of monday-peak');
  });

  test('ends with what is no alert', async () => {
    const last = (await play(config)).at(-1);
    expect(parseAlert(last?.body ?? '', { config, now })).toMatchObject({ kind: 'poison', reason: 'not-json' });
  });
});

describe('a config without alarms and schedules', () => {
  const config = configOf({ plain: {} });

  test('has a replay and a skip all the same', async () => {
    const played = await play(config);
    expect(played.map(({ message }) => [message.what, ...message.ends])).toEqual([
      ['manual job', 'accepted', 'skipped'],
      ['job again', 'replayed'],
      ['dry run', 'skipped'],
      ['scheduled bump', 'accepted', 'skipped'],
      ['late alert', 'ignored'],
      ['recovery', 'ignored'],
      ['poison', 'dead-lettered'],
    ]);
    expect(played[1]?.body).not.toBe(played[0]?.body);
    expect(jobOf(config, played[1]?.body)?.key).toBe(jobOf(config, played[0]?.body)?.key);
    expect(jobOf(config, played[2]?.body)?.dryRun).toBe(true);
  });

  test('posts an alert to the webhook that nobody wants', async () => {
    const late = (await play(config)).find(({ message }) => message.what === 'late alert');
    expect(parseAlert(late?.body ?? '', { config, now, source: 'alertmanager', cluster: 'plain' }).kind).toBe(
      'ignored',
    );
  });

  test('makes up an occurrence of a schedule within the limits of the cluster', async () => {
    const small = configOf({ plain: { limits: { maxNodes: 2, maxPerPurchase: 1, maxPerDay: 1 } } });
    const bump = (await play(small)).find(({ message }) => message.what === 'scheduled bump');
    expect(jobOf(small, bump?.body)).toMatchObject({ source: 'schedule', intent: { kind: 'reach', nodes: 2 } });
  });
});
