// The preview of a redrive and the queue function must agree: every kind of dead letter goes through both.
import { describe, expect, test } from '@jest/globals';
import type { Preview } from '../../functions/cli/redrive/preview-redrive.ts';
import { previewRedrive } from '../../functions/cli/redrive/preview-redrive.ts';
import { createRecheckAlert } from '../../functions/purchase/recheck-alert.ts';
import { processBatch } from '../../functions/scale-out/process-batch.ts';
import {
  aGroup,
  aManualBody,
  anAlarmBody,
  createFunctionWorld,
  type FunctionWorld,
} from '../support/function-world.ts';
import { aPolicy, aPurchase, aVerdict, aWait, day, hour, minute, sampleAt } from '../support/samples.ts';

type Alarm = { readonly state: string; readonly suppressed?: string };

interface Letter {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** What the world is like when the letter is redriven. */
  readonly world?: (world: FunctionWorld) => unknown;
  readonly alarm?: Alarm;
  readonly expected: Preview['kind'];
}

const { key } = aWait();
const inSlot =
  (phase: 'sending' | 'unknown' | 'parked', of = key) =>
  async (world: FunctionWorld) => {
    const { ledger } = world;
    await ledger.arm(await ledger.readCluster('edge'), aPurchase({ key: of, phase }));
  };
const settled = async ({ ledger }: FunctionWorld) => {
  const purchase = aPurchase();
  await ledger.arm(await ledger.readCluster('edge'), purchase);
  await ledger.settle(await ledger.readCluster('edge'), purchase, aVerdict(), 0);
};
const cooling = async ({ ledger }: FunctionWorld) =>
  ledger.shrink(await ledger.readCluster('edge'), 'none', undefined, { failures: 1, cooldownUntil: sampleAt + hour });

/** Alert a was rejected. */
const answered = ({ ledger }: FunctionWorld) =>
  ledger.copy(
    'edge',
    `alertmanager/edge/a/${new Date(sampleAt).toISOString()}`,
    aVerdict({ outcome: 'rejected', payload: 'breach' }),
  );

const twoHoursAgo = { at: sampleAt - 2 * hour };
const letters: Readonly<Record<string, Letter>> = {
  'a job that nobody decided': { body: aManualBody(), expected: 'buy' },
  'a job of a dry run': { body: aManualBody({ dryRun: true }), expected: 'skip' },
  'a job that has what it asks for': { body: aManualBody({ reach: 4 }), expected: 'skip' },
  'a job above every limit': {
    body: aManualBody({ add: 3 }),
    world: async (world) => {
      world.ack.consoleScaleOut(aPolicy().id, 16);
      world.pass(10 * minute);
    },
    expected: 'skip',
  },
  'a job that was bought': { body: aManualBody(), world: settled, expected: 'replay' },
  'a job that was skipped': {
    body: aManualBody(),
    world: ({ ledger }) => ledger.copy('edge', key, aVerdict({ outcome: 'rejected' })),
    expected: 'replay',
  },
  'a key that was used for something else': { body: aManualBody({ add: 4 }), world: settled, expected: 'conflict' },
  'a job whose request is being sent': { body: aManualBody(), world: inSlot('sending'), expected: 'wait' },
  'a job in doubt': { body: aManualBody(), world: inSlot('parked'), expected: 'replay' },
  'a job behind the doubt of another': {
    body: aManualBody(),
    world: inSlot('parked', 'manual/edge/other'),
    expected: 'wait',
  },
  'a job in a paused cluster': {
    body: aManualBody(),
    world: async ({ ledger }) =>
      ledger.pause(await ledger.readCluster('edge'), { by: 'ana', reason: 'the bill', at: sampleAt }),
    expected: 'wait',
  },
  'a job in a cluster that is not running': {
    body: aManualBody(),
    world: ({ ack }) => ack.setClusterState(aPolicy().id, 'updating'),
    expected: 'wait',
  },
  'an alarm in a cooldown': { body: anAlarmBody(25), world: cooling, expected: 'wait' },
  'a person beside a cooldown': { body: aManualBody(), world: cooling, expected: 'buy' },
  'an alarm of two hours ago, which nobody can ask': { body: anAlarmBody(25, twoHoursAgo), expected: 'skip' },
  'an alarm of two hours ago that still stands': {
    body: anAlarmBody(25, twoHoursAgo),
    alarm: { state: 'ALARM' },
    expected: 'buy',
  },
  'an alarm of two hours ago that is over': {
    body: anAlarmBody(25, twoHoursAgo),
    alarm: { state: 'OK' },
    expected: 'skip',
  },
  'an alarm that waited, and is suppressed': {
    body: anAlarmBody(25),
    attributes: { deferrals: '1', arrivedAt: String(sampleAt) },
    alarm: { state: 'ALARM', suppressed: 'its actions are suppressed by Night' },
    expected: 'wait',
  },
  'a job of the day before yesterday': {
    body: aManualBody(),
    world: (world) => world.pass(2 * day),
    expected: 'skip',
  },
  'a group in which one alert was answered': {
    body: aGroup({ name: 'a', by: 30 }, { name: 'b', startsAt: sampleAt }),
    world: answered,
    expected: 'buy',
  },
  'a group whose alerts were all answered': {
    body: aGroup({ name: 'a', by: 30 }),
    world: answered,
    expected: 'replay',
  },
  'an alert that has recovered': {
    body: aGroup({ name: 'b' }),
    world: ({ deps }) =>
      deps.recoveries.write([{ source: 'alertmanager', cluster: 'edge', alert: 'b', endedAt: sampleAt + 1 }]),
    expected: 'skip',
  },
  'an alert that recovers in its own message': {
    body: aGroup({ name: 'b', by: 30 }, { name: 'b', endsAt: sampleAt + 1 }),
    expected: 'skip',
  },
  'an alert that is dated ahead': { body: aGroup({ name: 'b', startsAt: sampleAt + 5 * minute }), expected: 'wait' },
  'the recovery of an alert': { body: aGroup({ name: 'b', endsAt: sampleAt + 1 }), expected: 'ignore' },
  'an alarm that no rule takes': { body: anAlarmBody(25, { alarm: 'unknown-cpu' }), expected: 'unconfigured' },
  'a recovery': { body: anAlarmBody(25).replace('"ALARM"', '"OK"'), expected: 'ignore' },
  'a message that is no JSON': { body: 'no json', expected: 'poison' },
  'a cluster that the config does not have': { body: aManualBody({ cluster: 'gone' }), expected: 'poison' },
  'a source that is not known': { body: aManualBody(), attributes: { source: 'nagios' }, expected: 'poison' },
  'a message that had one more job when it began to wait': {
    body: aManualBody(),
    attributes: { jobs: '2', deferrals: '1', arrivedAt: String(sampleAt) },
    world: settled,
    expected: 'replay',
  },
};

async function worldOf({ world: prepare, alarm }: Letter) {
  const world = createFunctionWorld();
  // The first reading makes the cluster's item.
  await world.ledger.readCluster('edge');
  await prepare?.(world);
  const alarms = alarm && {
    read: async (arn: string) => ({ name: 'edge-cpu', arn, reason: '', changedAt: sampleAt - 2 * hour, ...alarm }),
    mutedBy: async () => undefined,
    measure: async () => ({ problem: 'its metric has no data' }),
  };
  const deps = { ...world.deps, recheckAlert: createRecheckAlert({ alarms, now: world.now }) };
  return { world, deps };
}

/** What became of the message, in the words of a preview. */
async function outcomeOf(letter: Letter): Promise<{ readonly kind: string; readonly deadLetter: string | undefined }> {
  const { world, deps } = await worldOf(letter);
  // As a redrive sends it.
  world.put(letter.body, { arrivedAt: String(sampleAt), ...letter.attributes });
  const batch = world.sqs.visible().map((message) => world.sqs.receive(message));
  await processBatch(batch, world.now() + minute, deps);
  const decided = world.log.find(({ event }) => event === 'job')?.fields;
  const deadLetter = world.sqs.deadLetters[0]?.attributes['reason'];
  return { kind: inPreviewWords(decided, deadLetter, world), deadLetter };
}

function inPreviewWords(
  job: Readonly<Record<string, unknown>> | undefined,
  deadLetter: string | undefined,
  world: FunctionWorld,
): string {
  if (job?.['kind'] === 'conflict') return 'conflict';
  if (job?.['kind'] === 'defer') return 'wait';
  const outcome = job?.['outcome'];
  if (outcome === 'accepted') return 'buy';
  if (outcome === 'skipped') return 'skip';
  if (outcome === 'replayed' || outcome === 'in-doubt') return 'replay';
  if (deadLetter !== undefined) return deadLetter === 'unconfigured' ? deadLetter : 'poison';
  return world.log.some(({ event }) => event === 'ignored') ? 'ignore' : 'nothing';
}

describe('the preview and the function agree on', () => {
  test.each(Object.entries(letters))('%s', async (_, letter) => {
    const { deps, world } = await worldOf(letter);
    const before = world.everything();
    const previews = await previewRedrive(
      { body: letter.body, attributes: letter.attributes ?? {}, sentAt: sampleAt },
      deps,
    );
    // A preview writes nothing, and buys nothing.
    expect(world.everything()).toBe(before);
    const { kind, deadLetter } = await outcomeOf(letter);
    expect({ previewed: previews[0]?.kind, became: kind }).toEqual({
      previewed: letter.expected,
      became: letter.expected,
    });
    const comesBack = previews.some(({ kind: one }) => ['poison', 'conflict', 'unconfigured'].includes(one));
    expect({ comesBack }).toEqual({ comesBack: deadLetter !== undefined });
  });
});

test('every kind of preview but the one for what cannot be read is among them', () => {
  const kinds = new Set(Object.values(letters).map(({ expected }) => expected));
  const all: readonly Preview['kind'][] = [
    'buy',
    'wait',
    'replay',
    'skip',
    'ignore',
    'poison',
    'conflict',
    'unconfigured',
  ];
  expect([...kinds].toSorted()).toEqual(all.toSorted());
});

test('what cannot be read from where the preview runs is told as such, with the reason', async () => {
  const { deps } = await worldOf({ body: '', expected: 'anew' });
  const ack = { ...deps.ack, describeCluster: () => Promise.reject(new Error('no key')) };
  const [preview] = await previewRedrive({ body: aManualBody(), attributes: {}, sentAt: sampleAt }, { ...deps, ack });
  expect(preview).toMatchObject({ kind: 'anew', key, says: expect.stringContaining('no key') });
});
