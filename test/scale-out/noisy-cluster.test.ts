// One cluster whose sender posts hundreds of alerts at a time, again and again, beside a quiet one: what a message costs does not grow
// with its alerts, and nobody waits for it. test/end-to-end/noisy-sender.ts measures the same on the local engine.
import { expect, test } from '@jest/globals';
import { aGroup, createFunctionWorld } from '../support/function-world.ts';
import { aPolicy, sampleAt } from '../support/samples.ts';

const posts = 30;
/** As SQS hands them to the function: infra/functions.ts. */
const batchSize = 10;

/** Posts of so many alerts for one cluster, each post with alerts of its own, and one alert for another cluster behind them. */
async function play(alertsEach: number) {
  const rules = (name: string) => [{ name, steps: [{ lowerBound: 0, add: 1 }] }];
  const world = createFunctionWorld({
    clusters: {
      noisy: aPolicy({ exclusive: true, alarms: rules('noisy-*') }),
      quiet: aPolicy({ exclusive: true, alarms: rules('quiet-*'), id: `C${'f'.repeat(32)}` }),
    },
  });
  const from = { source: 'alertmanager' };
  const bodies = Array.from({ length: posts }, (_, post) =>
    aGroup(
      ...Array.from({ length: alertsEach }, (__, i) => ({
        name: `node-${post}-${i}`,
        by: 5 + (i % 40),
        rule: 'noisy-cpu',
        startsAt: sampleAt - i,
      })),
    ),
  );
  bodies.push(aGroup({ name: 'q', rule: 'quiet-cpu' }));
  for (let at = 0; at < bodies.length; at += batchSize) {
    for (const body of bodies.slice(at, at + batchSize)) world.put(body, from);
    expect(await world.deliver()).toEqual([]);
  }
  const logged = world.log.filter(({ fields }) => JSON.stringify(fields).includes('noisy'));
  return {
    world,
    writes: world.commands.filter((name) => name === 'PutCommand' || name === 'UpdateCommand').length,
    lines: logged.length,
    loggedBytes: JSON.stringify(logged).length,
    bytes: bodies.join('').length,
  };
}

test('a post costs as many writes and log lines with 500 alerts as with 5, and no more text than it has', async () => {
  const [few, many] = [await play(5), await play(500)];
  expect(many).toMatchObject({ writes: few.writes, lines: few.lines });
  expect(many.lines / posts).toBeLessThan(20);
  expect(many.loggedBytes).toBeLessThan(2 * many.bytes);
});

test('an alert of another cluster is decided with the batch in which it comes', async () => {
  const { world } = await play(500);
  expect(world.job('alertmanager/quiet/q/2026-11-11T08:00:00.000Z')).toMatchObject({ outcome: 'accepted' });
  expect(world.ack.purchases()).toHaveLength(2);
});
