// A storm from its first alarm to the last answer: each deferral, cooldown and joining node is played for over an hour,
// through the functions as they are shipped. Whatever the order, it buys what one alarm of the highest breach would buy.
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fault } from '../../functions/backtest/world/ack/fault-schema.ts';
import type { ClusterConfig } from '../../functions/domain/config/types.ts';
import { timings } from '../../functions/domain/timings.ts';
import { createRecheckAlert } from '../../functions/purchase/recheck-alert.ts';
import { processBatch } from '../../functions/scale-out/process-batch.ts';
import { anAlarmBody, createFunctionWorld } from '../support/function-world.ts';
import { aPolicy, minute, sampleAt } from '../support/samples.ts';

// Each of them is two or three seconds of work on a busy machine.
jest.setTimeout(120_000);

interface Storm {
  /** How far each alarm's metric is beyond its threshold, in the order in which they go off. */
  readonly breaches: readonly number[];
  readonly sender: 'alertmanager' | 'cloudwatch';
  readonly cooldownMinutes: number;
  readonly alarms?: ClusterConfig['alarms'];
  readonly fault?: Fault;
  /** Minutes; more than an hour. */
  readonly forMinutes?: number;
}

const lengthMs = 10_000;
const hourAndMore = 80;

/** Plays it to the end, on a cluster of four Ready nodes. @returns the nodes asked for, by purchase */
async function weather({
  breaches,
  sender,
  fault,
  forMinutes = hourAndMore,
  ...changes
}: Storm): Promise<readonly number[]> {
  const world = createFunctionWorld({ clusters: { edge: aPolicy(changes) } });
  if (fault) world.ack.setFault(fault);
  const alarms = breaches.map((by, i) => ({
    by,
    at: sampleAt + Math.floor((i * lengthMs) / breaches.length),
    name: `edge-${i}`,
  }));
  const deps = { ...world.deps, ...(sender === 'cloudwatch' && { recheckAlert: standing(alarms, world.now) }) };

  async function visit(): Promise<void> {
    const batch = world.sqs.visible().map((message) => world.sqs.receive(message));
    const back = await processBatch(batch, world.now() + timings.functionTimeoutMs, deps);
    for (const { messageId, receiptHandle } of batch) if (!back.includes(messageId)) world.sqs.remove(receiptHandle);
  }

  for (let second = 0; second < lengthMs; second += 1000) {
    for (const alarm of alarms) {
      if (alarm.at - sampleAt < second || alarm.at - sampleAt >= second + 1000) continue;
      if (sender === 'cloudwatch') world.put(anAlarmBody(alarm.by, { alarm: alarm.name, at: alarm.at }));
      else world.put(alertBody(alarm), { source: 'alertmanager' });
    }
    world.pass(1000);
    await visit();
  }
  for (let i = 0; i < forMinutes; i += 1) {
    await world.reconcileAfter(minute);
    await visit();
  }
  expect(world.sqs.messages).toHaveLength(0);
  expect(world.sqs.deadLetters).toHaveLength(0);
  return world.ack.purchases().map(({ count }) => count);
}

interface Alarm {
  readonly by: number;
  readonly at: number;
  readonly name: string;
}

/** Every alarm stays in ALARM, with the breach that it went off with. */
function standing(alarms: readonly Alarm[], now: () => number) {
  const byName = new Map(alarms.map((alarm) => [alarm.name, alarm]));
  return createRecheckAlert({
    now,
    alarms: {
      read: async (arn) => {
        const alarm = byName.get(arn.split(':').at(-1) ?? '');
        if (!alarm) throw new Error(`${arn} is none of the storm's`);
        const reason = `Threshold Crossed: 1 datapoint [${50 + alarm.by}.0 (11/11/26 08:00:00)] was greater than the threshold (50.0).`;
        return { name: alarm.name, arn, state: 'ALARM', reason, changedAt: alarm.at };
      },
      mutedBy: async () => undefined,
      measure: async () => ({ problem: 'its metric has no data' }),
    },
  });
}

function alertBody({ by, at, name }: Alarm): string {
  return JSON.stringify({
    version: '4',
    status: 'firing',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: name, cluster: 'edge' },
        annotations: { value: String(50 + by), threshold: '50' },
        startsAt: new Date(at).toISOString(),
        fingerprint: name,
      },
    ],
  });
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
const all = (by: number, length = 1000): readonly number[] => Array.from({ length }, () => by);
/** Small breaches, and among them the highest, once. */
const highestAt = (place: number): readonly number[] => all(5).with(place, 25);
const shares: ClusterConfig['alarms'] = [
  {
    name: 'edge-*',
    steps: [
      { lowerBound: 0, upperBound: 20, percent: 25 },
      { lowerBound: 20, percent: 100 },
    ],
  },
];

describe.each(['alertmanager', 'cloudwatch'] as const)('a storm of 1,000 alarms in 10 seconds by %s', (sender) => {
  test.each([0, 1, 10, 20])('of one breach buys for one, with a cooldown of %d minutes', async (cooldownMinutes) => {
    expect(await weather({ breaches: all(25), sender, cooldownMinutes })).toEqual([3]);
  });

  test('buys for one, however long its alarms are held back', async () => {
    for (const cooldownMinutes of [50, 90, 180]) {
      const storm = { breaches: all(25, 3), sender, cooldownMinutes, forMinutes: 2 * cooldownMinutes + hourAndMore };
      expect([cooldownMinutes, await weather(storm)]).toEqual([cooldownMinutes, [3]]);
    }
  });

  test.each([
    [0, 0],
    [500, 0],
    [999, 0],
    [0, 10],
    [500, 10],
    [999, 10],
  ])('buys for the highest, which is at place %d, with a cooldown of %d minutes', async (place, cooldownMinutes) => {
    expect(sum(await weather({ breaches: highestAt(place), sender, cooldownMinutes }))).toBe(3);
  });

  test.each([0, 10])(
    'takes its share of what served before it, with a cooldown of %d minutes',
    async (cooldownMinutes) => {
      expect(sum(await weather({ breaches: highestAt(500), sender, cooldownMinutes, alarms: shares }))).toBe(4);
    },
  );

  test('buys once more for a task that failed: it answered nobody', async () => {
    const fault = { kind: 'task-fails', code: 'NoStock', message: 'none left', times: 1 } as const;
    expect(await weather({ breaches: all(25), sender, cooldownMinutes: 10, fault })).toEqual([3, 3]);
  });

  test('buys for the highest, whatever the order', async () => {
    const storms = fc.record({
      breaches: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 200, maxLength: 200 }),
      cooldownMinutes: fc.integer({ min: 0, max: 14 }),
    });
    await fc.assert(
      fc.asyncProperty(storms, async ({ breaches, cooldownMinutes }) => {
        const highest = Math.max(...breaches) >= 20 ? 3 : 1;
        expect(sum(await weather({ breaches, sender, cooldownMinutes }))).toBe(highest);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });
});
