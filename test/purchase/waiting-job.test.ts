// Jobs that wait: the note that people read of them, and what they ask when they come back.
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { StandingAlarm } from '../../functions/adapters/cloudwatch/alarms.ts';
import type { ScaleJob } from '../../functions/domain/job/scale-job.ts';
import { timings } from '../../functions/domain/timings.ts';
import type { Answer } from '../../functions/purchase/answer.ts';
import { processJob } from '../../functions/purchase/process-job.ts';
import { createRecheckAlert } from '../../functions/purchase/recheck-alert.ts';
import { aManualBody, anAlarmBody, createFunctionWorld, type FunctionWorld } from '../support/function-world.ts';
import { aJob, anAlarm, aPolicy, aPurchase, day, hour, minute, sampleAt } from '../support/samples.ts';

const arn = 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:edge-cpu';
const job = aJob();
const alarm = anAlarm(5, { alarmArn: arn });

async function visit(world: FunctionWorld, of: ScaleJob, standing?: Partial<StandingAlarm> | Error): Promise<Answer> {
  const view = await world.view([of.key], of.cluster);
  const recheckAlert = createRecheckAlert({
    alarms: {
      async read() {
        if (standing instanceof Error) throw standing;
        return { name: 'edge-cpu', arn, state: 'ALARM', reason: '', changedAt: sampleAt, ...standing };
      },
      mutedBy: async () => undefined,
      measure: async () => ({ problem: 'its metric has no data' }),
    },
    now: world.now,
  });
  return processJob(of, view, {
    ...world.deps,
    help: world.reconcile,
    onWrite: () => undefined,
    ...(standing && { recheckAlert }),
  });
}

const pause = async ({ ledger }: FunctionWorld) =>
  ledger.pause(await ledger.readCluster('edge'), { by: 'ann', reason: 'tests', at: sampleAt });
const occupy = async ({ ledger }: FunctionWorld, of: Parameters<typeof aPurchase>[0] = {}) =>
  ledger.arm(await ledger.readCluster('edge'), aPurchase(of));
const waitsNoted = ({ calls }: FunctionWorld) => calls.filter((call) => call === 'note').length;

let world: FunctionWorld;
beforeEach(() => {
  world = createFunctionWorld();
});

describe('of a job that waits, a note tells', () => {
  test('what it waits for, until when, and on which grounds', async () => {
    await visit(world, job);
    world.pass(minute);
    await visit(world, alarm);
    const why = 'edge cools down for another 9 min';
    expect(world.wait(alarm.key)).toMatchObject({
      key: alarm.key,
      cluster: 'edge',
      payload: 'breach',
      reason: 'cooldown',
      why,
      until: sampleAt + 10 * minute,
      at: sampleAt + minute,
      story: {
        source: 'cloudwatch',
        intent: alarm.intent,
        occurredAt: sampleAt,
        decidedAt: sampleAt + minute,
        decision: why,
        basis: { rule: { kind: 'alarm', name: 'edge-*' } },
      },
    });
  });

  test('whose purchase holds the slot', async () => {
    await occupy(world, { key: 'manual/edge/other' });
    await visit(world, job);
    const why = 'the purchase of manual/edge/other is sending';
    const until = sampleAt + timings.busyDelayMs;
    expect(world.wait(job.key)).toMatchObject({ reason: 'busy', why, until, story: { decision: why, basis: {} } });
  });

  test('why its request did not leave', async () => {
    world.onCall('purchase', 1, 'fails');
    expect(await visit(world, job)).toMatchObject({ kind: 'defer', reason: 'not-sent' });
    expect(world.wait(job.key)).toMatchObject({
      reason: 'not-sent',
      story: { decision: expect.stringMatching(/buy 3$/) },
    });
  });

  test('what it waits for now, and no longer what it waited for', async () => {
    await occupy(world, { key: 'manual/edge/other' });
    await visit(world, job);
    await world.ledger.unsent('edge', aPurchase({ key: 'manual/edge/other' }), 0);
    await pause(world);
    world.pass(minute);
    await visit(world, job);
    expect(world.wait(job.key)).toMatchObject({ reason: 'paused', at: sampleAt + minute });
  });
});

describe('no note is written', () => {
  test('of a job that is bought, replayed, skipped, or whose own request is on its way', async () => {
    await visit(world, job);
    await visit(world, job);
    await visit(world, aJob({ key: 'manual/edge/reach', intent: { kind: 'reach', nodes: 1 } }));
    await occupy(world, { key: 'manual/edge/mine' });
    expect(await visit(world, aJob({ key: 'manual/edge/mine' }))).toMatchObject({ kind: 'defer', reason: 'sending' });
    expect(waitsNoted(world)).toBe(0);
  });
});

test('a job waits although that cannot be noted, and the log tells', async () => {
  await pause(world);
  world.onCall('note', 1, 'fails');
  expect(await visit(world, job)).toMatchObject({ kind: 'defer', reason: 'paused' });
  expect(world.log).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      event: 'wait-not-noted',
      fields: expect.objectContaining({ key: job.key }),
    }),
  );
});

test('a note decides nothing: with it or without, a job is bought when its turn comes, and nobody reads it', async () => {
  await pause(world);
  await visit(world, job);
  await world.pause(undefined);
  expect(await visit(world, job)).toMatchObject({ outcome: 'accepted' });
  expect(world.calls).not.toContain('read');
  expect(world.wait(job.key)).toMatchObject({ reason: 'paused' });
});

describe('whether an alarm still stands is asked', () => {
  test('for a job that was held back, and not for one that has just come', async () => {
    expect(await visit(world, alarm, { state: 'OK' })).toMatchObject({ outcome: 'accepted' });
    const back = { ...alarm, key: `${alarm.key}-2`, heldBack: true };
    expect(await visit(world, back, { state: 'OK' })).toMatchObject({ outcome: 'skipped' });
    expect(world.job(back.key)).toMatchObject({ outcome: 'skipped', reason: 'recovered' });
  });

  test('for a job that is older than an alert may be, though nothing held it back', async () => {
    const world = createFunctionWorld({ startAt: sampleAt + 3 * day });
    expect(await visit(world, alarm, {})).toMatchObject({ outcome: 'accepted' });
  });

  test('for a job that grows too old while the cluster is looked at', async () => {
    const world = createFunctionWorld({ startAt: sampleAt + 30 * minute - 5000 });
    world.onCall('look', 1, () => world.pass(10_000));
    expect(await visit(world, alarm, {})).toMatchObject({ outcome: 'accepted' });
  });

  test('and where the size of its breach is not that of today, the decision says so', async () => {
    const reason = 'Threshold Crossed: 1 datapoint [60.0 (11/11/26 08:00:00)] was greater than the threshold (50.0).';
    await visit(world, { ...alarm, heldBack: true }, { reason });
    const why = 'it is no alarm on one metric with a fixed threshold';
    expect(world.job(alarm.key)?.story.decision).toContain(
      `beyond its threshold by 10 (as it went off: ${why}): add 1`,
    );
  });

  test('and a failed question loses no need: the message comes back, and nothing is written', async () => {
    const world = createFunctionWorld({ startAt: sampleAt + 31 * minute });
    const back = { ...alarm, heldBack: true };
    await expect(visit(world, back, new Error('throttled'))).rejects.toThrow('throttled');
    expect(world.calls).toEqual([]);
    expect(await visit(world, back, {})).toMatchObject({ outcome: 'accepted' });
  });

  test('and while it is suppressed its job goes on waiting: it may outlast that, and does not speak again', async () => {
    const suppressed = 'its actions are suppressed by Alarm';
    const back = { ...alarm, heldBack: true };
    const answer = await visit(world, back, { suppressed });
    const until = sampleAt + timings.maxDelayMs;
    expect(answer).toEqual({ kind: 'defer', reason: 'suppressed', until, why: expect.stringContaining(suppressed) });
    expect(world.wait(alarm.key)).toMatchObject({ reason: 'suppressed' });
    expect(world.measured('Decisions')).toEqual([{ value: 1, kind: 'defer', reason: 'suppressed' }]);
    world.pass(2 * hour);
    expect(await visit(world, back, {})).toMatchObject({ outcome: 'accepted' });
  });

  test('and of an alarm that flaps, only the last episode stands', async () => {
    const flaps = [0, 10_000, 20_000, 30_000].map((ms) =>
      anAlarm(25, { alarmArn: arn, key: `${alarm.key}+${ms}`, occurredAt: sampleAt + ms }),
    );
    for (const flap of flaps) {
      await visit(world, flap, {});
      world.pass(10_000);
    }
    world.pass(11 * minute);
    const standing = { changedAt: sampleAt + 30_000, reason: flaps[3]?.reason ?? '' };
    for (const flap of flaps.slice(1)) await visit(world, { ...flap, heldBack: true }, standing);
    const outcomes = flaps.slice(1).map(({ key }) => world.job(key) ?? world.wait(key));
    expect(outcomes.slice(0, 2)).toMatchObject([{ reason: 'recovered' }, { reason: 'recovered' }]);
    expect(outcomes[2]).not.toMatchObject({ reason: 'recovered' });
  });
});

describe('a message that comes back', () => {
  test('with a count of deferrals that is none counts them from here on', async () => {
    await pause(world);
    await world.handle(aManualBody(), { deferrals: 'many' });
    expect(world.sqs.messages).toMatchObject([{ attributes: { deferrals: '1' } }]);
  });

  test.each([
    ['says when it arrived at first', undefined, sampleAt],
    ['says so once', String(sampleAt - minute), sampleAt - minute],
    ['keeps what is no time, which counts as none', 'soon', 'soon'],
  ])('when it is deferred %s', async (_, arrivedAt, kept) => {
    await pause(world);
    await world.handle(aManualBody(), arrivedAt === undefined ? {} : { arrivedAt });
    expect(world.sqs.messages).toMatchObject([{ attributes: { arrivedAt: String(kept), deferrals: '1' } }]);
  });

  test('and is dated ahead by less than clocks may differ is taken at its word: it may be the very transition that is asked about', async () => {
    const world = createFunctionWorld({ clusters: { edge: aPolicy({ dryRun: true }) } });
    const at = sampleAt + timings.maxClockSkewMs;
    await world.handle(anAlarmBody(5, { at }));
    expect(world.job(`cloudwatch/edge/${arn}/${new Date(at).toISOString()}`)?.story.occurredAt).toBe(at);
  });
});
