import { afterEach, describe, expect, test } from '@jest/globals';
import { config as ownConfig } from '../../../functions/config.ts';
import { parseAlert } from '../../../functions/domain/alerts/parse-alert.ts';
import { checkedConfig } from '../../../functions/domain/config/schema.ts';
import type { Config, Schedule } from '../../../functions/domain/config/types.ts';
import { type ScheduleTicker, startScheduleTicker, type TickerEvent } from '../../../infra/local/schedule-ticker.ts';
import { createTestClock } from './support.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const startAt = Date.parse('2026-03-01T00:00:00Z');
const [template] = Object.values(checkedConfig(ownConfig).clusters);

function configWith(...schedules: Schedule[]): Config {
  if (!template) throw new Error('the config holds no cluster');
  return { ...checkedConfig(ownConfig), clusters: { 'edge-test': { ...template, schedules } } };
}

let ticker: ScheduleTicker | undefined;
afterEach(() => ticker?.stop());

function start(config: Config, send: (body: string) => Promise<void> = async () => undefined) {
  const clock = createTestClock(startAt);
  const sent: unknown[] = [];
  const events: TickerEvent[] = [];
  ticker = startScheduleTicker({
    config,
    clock,
    send(body) {
      sent.push(JSON.parse(body));
      return send(body);
    },
    onEvent: (event) => events.push(event),
  });
  return { clock, sent, events, ticker };
}

describe('when a schedule is due', () => {
  test('sends what the stack sends', () => {
    const { clock, sent } = start(configWith({ name: 'noon', at: 'cron(0 12 * * ? *)', reach: 8 }));
    clock.pass(12 * 60 * minute - 1);
    expect(sent).toEqual([]);
    clock.pass(1);
    expect(sent).toEqual([
      {
        version: 1,
        kind: 'schedule',
        schedule: 'noon',
        scheduledTime: '2026-03-01T12:00:00Z',
        cluster: 'edge-test',
        reach: 8,
      },
    ]);
  });

  test('sends a message that the functions understand', () => {
    const config = configWith({ name: 'noon', at: 'cron(0 12 * * ? *)', add: 2, until: '2026-11-11T16:00:00Z' });
    const { clock, sent } = start(config);
    clock.pass(day);
    const parsed = parseAlert(JSON.stringify(sent[0]), { config, now: clock.now() });
    expect(parsed).toMatchObject({
      kind: 'jobs',
      jobs: [
        {
          key: 'schedule/edge-test/noon/2026-03-01T12:00:00.000Z',
          intent: { kind: 'add', nodes: 2 },
          validUntil: Date.parse('2026-11-11T16:00:00Z'),
        },
      ],
    });
  });

  test('goes on to the next time', () => {
    const { clock, sent } = start(configWith({ name: 'often', at: 'rate(15 minutes)', add: 1 }));
    clock.pass(60 * minute);
    expect(sent).toHaveLength(4);
  });

  test('waits longer than a timer can', () => {
    const { clock, sent } = start(configWith({ name: 'rare', at: 'at(2026-06-01T00:00:00)', add: 1 }));
    clock.pass(92 * day);
    expect(sent).toHaveLength(1);
    expect(clock.longestWait()).toBeLessThan(2 ** 31);
  });

  test('sends nothing more when there is no next time', () => {
    const { clock, sent } = start(configWith({ name: 'once', at: 'at(2026-03-02T00:00:00)', add: 1 }));
    clock.pass(365 * day);
    expect(sent).toHaveLength(1);
    expect(clock.waiting()).toBe(0);
  });

  test('says what could not be sent, and goes on', async () => {
    const config = configWith({ name: 'often', at: 'rate(1 hour)', add: 1 });
    const { clock, sent, events, ticker: failing } = start(config, () => Promise.reject(new Error('no queue')));
    clock.pass(2 * 60 * minute);
    await failing.stop();
    expect(sent).toHaveLength(2);
    expect(events).toContainEqual({ kind: 'schedule-failed', schedule: 'often', why: 'no queue' });
  });
});

describe('fire', () => {
  test('sends an occurrence of now', async () => {
    const { clock, sent, ticker: firing } = start(configWith({ name: 'rare', at: 'cron(0 0 1 1 ? *)', add: 1 }));
    clock.pass(1500);
    const body = await firing.fire('rare');
    expect(sent).toEqual([JSON.parse(body)]);
    expect(sent).toMatchObject([{ schedule: 'rare', scheduledTime: '2026-03-01T00:00:01Z' }]);
  });

  test('rejects for a name that no schedule has', async () => {
    const { ticker: firing } = start(configWith());
    await expect(firing.fire('noon')).rejects.toThrow('there is no schedule noon in the config');
  });

  test('rejects when the queue does', async () => {
    const config = configWith({ name: 'noon', at: 'cron(0 12 * * ? *)', add: 1 });
    const { ticker: firing } = start(config, () => Promise.reject(new Error('no queue')));
    await expect(firing.fire('noon')).rejects.toThrow('no queue');
  });
});

test('an expression that croner cannot read is told, and keeps no other schedule from its times', () => {
  const odd = { name: 'odd', at: 'cron(0 12 ? * SAT-MON *)', add: 1 };
  const { clock, sent, events } = start(configWith(odd, { name: 'noon', at: 'cron(0 12 * * ? *)', add: 1 }));
  expect(events).toMatchObject([{ kind: 'schedule-failed', schedule: 'odd' }]);
  clock.pass(day);
  expect(sent).toMatchObject([{ schedule: 'noon' }]);
});

test('stop cancels what is to come', async () => {
  const { clock, sent, ticker: stopping } = start(configWith({ name: 'often', at: 'rate(1 minute)', add: 1 }));
  await stopping.stop();
  clock.pass(day);
  expect(sent).toEqual([]);
});
