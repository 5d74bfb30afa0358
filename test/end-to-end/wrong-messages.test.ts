// Every kind of wrong message, over the real queue of the embedded engine: to the dead letters, with a reason, at once.
import { expect, test } from '@jest/globals';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { aPolicy } from '../support/samples.ts';

const job = {
  version: 1,
  kind: 'manual',
  key: 'k',
  cluster: 'nowhere',
  add: 1,
  requestedBy: 'me',
  requestedAt: '2026-11-23T14:00:00Z',
};

test('a message of each wrong kind becomes a dead letter with its reason, and the good one beside it is handled', async () => {
  const cluster = 'edge';
  // Without a schedule, which could fall due meanwhile.
  const config = { clusters: { [cluster]: aPolicy() } };
  const engine = await startEngine({ config, register: false });
  try {
    const good = { ...job, key: 'good', cluster, dryRun: true, requestedAt: new Date().toISOString() };
    const wrong: readonly (readonly [string, string])[] = [
      ['not-json', 'help'],
      ['unknown-kind', '{"hello":"world"}'],
      ['unknown-cluster', JSON.stringify(job)],
      ['unknown-version', JSON.stringify({ ...job, cluster, version: 2 })],
      ['invalid-field', JSON.stringify({ ...job, cluster, add: -1 })],
      ['too-large', JSON.stringify({ ...job, cluster, reason: 'x'.repeat(1020 * 1024) })],
    ];
    for (const body of [...wrong.map(([, text]) => text), JSON.stringify(good)]) await engine.send(body);
    const letters = await untilQuiet(engine, wrong.length);
    // A set: a call of SQS that is answered late is made again, and leaves two copies.
    expect(new Set(letters.map(({ attributes }) => attributes['reason']))).toEqual(
      new Set(wrong.map(([reason]) => reason)),
    );
    for (const { attributes } of letters) expect(attributes['detail']).toMatch(/\w{3,} .*\w{3,}/);
    expect((await engine.ledgerItems()).map((item) => item['key'])).toContain(`manual/${cluster}/good`);
    expect(engine.simulator.core.purchases()).toEqual([]);
  } finally {
    await engine.stop();
  }
}, 120_000);

/** Looks until nothing waits and the dead letters are all there. */
async function untilQuiet(engine: Engine, count: number) {
  for (;;) {
    const { alerts, deadLetters } = await engine.queues();
    const waiting = alerts.ready.length + alerts.delayed.length + alerts.inFlight.length;
    if (waiting === 0 && deadLetters.ready.length >= count) return deadLetters.ready;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
