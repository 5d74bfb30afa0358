import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ScaleJob } from '../../functions/domain/job/scale-job.ts';
import { timings } from '../../functions/domain/timings.ts';
import type { Answer } from '../../functions/purchase/answer.ts';
import { processJob } from '../../functions/purchase/process-job.ts';
import {
  createFunctionWorld,
  type FunctionWorld,
  type FunctionWorldOptions,
  secrets,
} from '../support/function-world.ts';
import {
  aBasis,
  aFleet,
  aJob,
  anAlarm,
  aPolicy,
  aPurchase,
  aStory,
  aVerdict,
  day,
  minute,
  sampleAt,
} from '../support/samples.ts';

const job = aJob();
const { key } = job;

/** One visit of one job, over what the ledger says now. */
async function visit(world: FunctionWorld, of: ScaleJob = job): Promise<Answer> {
  const view = await world.view([of.key], of.cluster);
  return processJob(of, view, { ...world.deps, help: world.reconcile, onWrite: () => undefined });
}

let world: FunctionWorld;
beforeEach(() => {
  world = createFunctionWorld();
});

describe('a new job', () => {
  test('is bought with one request between two writes of the cluster', async () => {
    const answer = await visit(world);
    const [bought] = world.ack.purchases();
    expect(answer).toEqual({ kind: 'done', outcome: 'accepted', why: bought?.taskId });
    expect(world.calls).toEqual(['look', 'look', 'arm', 'purchase', 'settle', 'copy']);
    expect(world.commands).toEqual(['UpdateCommand', 'UpdateCommand', 'PutCommand']);
    expect(world.ack.purchases()).toHaveLength(1);
    expect(bought).toMatchObject({ count: 3, by: 'api' });
    expect(world.cluster()).toMatchObject({ ver: 1, used: 3, cooldownUntil: sampleAt + 10 * minute });
    expect(world.cluster()).not.toHaveProperty('purchase');
    expect(world.job(key)).toMatchObject({
      outcome: 'accepted',
      taskId: bought?.taskId,
      nonce: bought?.nonce,
      count: 3,
    });
  });

  test('leaves its whole story in the record, and no secret anywhere', async () => {
    await visit(world, aJob({ requestedBy: 'ann' }));
    expect(world.job(key)?.story).toEqual({
      source: 'manual',
      intent: { kind: 'add', nodes: 3 },
      reason: 'the sale starts',
      occurredAt: sampleAt,
      requestedBy: 'ann',
      decidedAt: sampleAt,
      decision: 'add 3 (4 in the cluster, 0 on their way); buy 3',
      basis: aBasis(),
    });
    expect(world.requests.at(-1)?.body).toContain(secrets.loginPassword);
    for (const secret of [secrets.loginPassword, secrets.accessKeySecret])
      expect(world.everything()).not.toContain(secret);
  });

  test('that has what it asks for is skipped for good, and nothing is bought', async () => {
    const world = createFunctionWorld({ initialNodes: 4 });
    const answer = await visit(world, aJob({ intent: { kind: 'reach', nodes: 4 } }));
    expect(answer).toMatchObject({ kind: 'done', outcome: 'skipped' });
    expect(world.calls).toEqual(['look', 'look', 'skip']);
    expect(world.job(key)).toMatchObject({ outcome: 'skipped', reason: 'satisfied', payload: 'reach 4', at: sampleAt });
    expect(world.ack.purchases()).toEqual([]);
  });

  test('that has what it asks for is not refused by a limit', async () => {
    const world = createFunctionWorld({ initialNodes: 4 });
    for (const name of ['first', 'second'])
      await visit(world, aJob({ key: `manual/edge/${name}`, intent: { kind: 'add', nodes: 5 } }));
    await visit(world, aJob({ intent: { kind: 'reach', nodes: 12 } }));
    expect(world.cluster().used).toBe(aPolicy().limits.maxPerDay);
    expect(world.job(key)).toMatchObject({ outcome: 'skipped', reason: 'satisfied' });
  });

  test('that is stale is skipped without a look at the cluster', async () => {
    const world = createFunctionWorld({ startAt: sampleAt + day + 1 });
    expect(await visit(world)).toMatchObject({ kind: 'done', outcome: 'skipped' });
    expect(world.calls).toEqual(['skip']);
    expect(world.job(key)).toMatchObject({ reason: 'stale' });
  });

  test('stays skipped once: a skip whose answer is lost is written once', async () => {
    const world = createFunctionWorld({ initialNodes: 9 });
    const of = aJob({ intent: { kind: 'reach', nodes: 4 } });
    world.onCall('skip', 1, 'loses its answer');
    await expect(visit(world, of)).rejects.toThrow('the answer to skip was lost');
    expect(await visit(world, of)).toEqual({ kind: 'done', outcome: 'replayed', why: 'skipped before' });
  });

  test('waits out the cooldown when it is an alarm, and writes nothing but a note', async () => {
    await visit(world);
    const before = world.calls.length;
    expect(await visit(world, anAlarm(5))).toMatchObject({
      kind: 'defer',
      reason: 'cooldown',
      until: sampleAt + 10 * minute,
    });
    expect(world.calls.slice(before)).toEqual(['note']);
    expect(world.job(anAlarm().key)).toBeUndefined();
  });

  test('waits while its cluster is paused, is not running, or has too many idle nodes', async () => {
    await world.pause({ by: 'ann', reason: 'tests', at: sampleAt });
    expect(await visit(world)).toMatchObject({ kind: 'defer', reason: 'paused' });
    await world.pause(undefined);
    world.ack.setClusterState(aPolicy().id, 'updating');
    expect(await visit(world)).toMatchObject({ kind: 'defer', reason: 'not-running' });
    world.ack.setClusterState(aPolicy().id, 'running');
    world.ack.consoleScaleOut(aPolicy().id, 10);
    world.pass(4 * minute);
    expect(await visit(world)).toMatchObject({ kind: 'defer', reason: 'nodes-not-ready' });
    expect(world.calls).not.toContain('arm');
  });

  test('is tried again when its cluster cannot be looked at', async () => {
    world.onCall('look', 1, 'fails');
    await expect(visit(world)).rejects.toThrow('DescribeClusterDetail: simulated');
    expect(world.calls).not.toContain('arm');
  });

  test('is decided and never bought in a dry run, and its record says what it would have bought', async () => {
    const price = { perNodeMonth: 180, currency: 'CNY' };
    const world = createFunctionWorld({ clusters: { edge: aPolicy({ dryRun: true, price }) } });
    expect(await visit(world)).toMatchObject({ outcome: 'skipped', why: expect.stringContaining('would buy 3') });
    expect(world.ack.purchases()).toEqual([]);
    expect(world.job(key)).toMatchObject({
      outcome: 'skipped',
      reason: 'dry-run',
      dryRun: { count: 3, cost: 540 },
      story: { basis: { wanted: 3, used: { before: 0, after: 0 } } },
    });
  });
});

describe('a decision', () => {
  const decisions = ({ log }: FunctionWorld) =>
    log.filter(({ event }) => event === 'decided').map(({ fields }) => fields);
  const about = { key, cluster: 'edge', source: 'manual' };

  test('to buy is one line with the key, who asks for what, and the numbers, and counts once', async () => {
    await visit(world, aJob({ requestedBy: 'ann' }));
    const why = 'add 3 (4 in the cluster, 0 on their way); buy 3';
    const need = { ...about, intent: { kind: 'add', nodes: 3 }, occurredAt: sampleAt, requestedBy: 'ann' };
    expect(decisions(world)).toEqual([{ ...need, kind: 'buy', count: 3, cost: 0, why, basis: aBasis() }]);
    expect(world.measured('Decisions')).toEqual([{ value: 1, kind: 'buy', reason: 'buy' }]);
  });

  test('to buy nothing is kept with the job as it was logged', async () => {
    const world = createFunctionWorld({ initialNodes: 5 });
    await visit(world, aJob({ intent: { kind: 'reach', nodes: 4 } }));
    const basis = { rule: { kind: 'reach', nodes: 4 }, fleet: aFleet({ nodes: 5 }), pending: 0, wanted: -1 };
    expect(decisions(world)).toMatchObject([{ ...about, kind: 'skip', reason: 'satisfied', basis }]);
    expect(world.job(key)?.story.basis).toEqual(basis);
    expect(world.measured('Decisions')).toEqual([{ value: 1, kind: 'skip', reason: 'satisfied' }]);
  });

  test('to wait is one line, and what becomes of the message is told without its numbers', async () => {
    world.ack.setClusterState(aPolicy().id, 'updating');
    expect(await visit(world)).toEqual({
      kind: 'defer',
      reason: 'not-running',
      until: sampleAt + 5 * minute,
      why: 'edge is updating, not running',
    });
    const basis = { rule: { kind: 'add', nodes: 3 }, fleet: aFleet({ state: 'updating' }), pending: 0 };
    expect(decisions(world)).toMatchObject([{ ...about, kind: 'defer', reason: 'not-running', basis }]);
    expect(world.measured('Decisions')).toEqual([{ value: 1, kind: 'defer', reason: 'not-running' }]);
  });

  test('is not made about a job that the ledger knows', async () => {
    await visit(world);
    await visit(world);
    expect(decisions(world)).toHaveLength(1);
    expect(world.measured('Decisions')).toHaveLength(1);
  });
});

describe('the clocks', () => {
  const visitAt = async (options: FunctionWorldOptions) => {
    const world = createFunctionWorld(options);
    return { world, answer: await visit(world) };
  };

  test.each([62_000, -62_000, 14 * minute])('that differ by %i ms defer every purchase', async (gatewaySkewMs) => {
    const { world, answer } = await visitAt({ gatewaySkewMs });
    expect(answer).toMatchObject({ kind: 'defer', reason: 'clock-skew', until: sampleAt + timings.backoffMs });
    expect(answer).toMatchObject({ why: expect.stringMatching(/our clock and the gateway's differ by -?\d+ s/) });
    expect(world.calls).toEqual(['look', 'look', 'note']);
    expect(world.measured('Decisions')).toEqual([{ value: 1, kind: 'defer', reason: 'clock-skew' }]);
  });

  test.each([58_000, -58_000])('that differ by %i ms defer none', async (gatewaySkewMs) => {
    const { world, answer } = await visitAt({ gatewaySkewMs });
    expect(answer).toMatchObject({ kind: 'done', outcome: 'accepted' });
    expect(world.ack.purchases()).toHaveLength(1);
  });
});

describe('a job that the ledger knows', () => {
  /** A cluster in whose slot a purchase stands, of this job unless it says otherwise. */
  async function withSlot(of: Parameters<typeof aPurchase>[0] = {}): Promise<FunctionWorld> {
    const world = createFunctionWorld();
    await world.arm(aPurchase(of));
    return world;
  }
  async function withVerdict(): Promise<FunctionWorld> {
    const world = await withSlot();
    await world.settle(aPurchase(), aVerdict());
    return world;
  }
  const other = aJob({ intent: { kind: 'add', nodes: 4 } });

  test('is copied and replayed from a verdict that a crash left uncopied', async () => {
    const world = await withVerdict();
    expect(await visit(world)).toEqual({ kind: 'done', outcome: 'replayed', why: 'accepted before' });
    expect(world.calls).toEqual(['copy']);
    expect(world.job(key)).toMatchObject({ outcome: 'accepted', taskId: 'T-1' });
  });

  test('comes back when its verdict cannot be copied', async () => {
    const world = await withVerdict();
    world.onCall('copy', 1, 'fails');
    await expect(visit(world)).rejects.toThrow('copy failed');
    expect(await visit(world)).toMatchObject({ outcome: 'replayed' });
    expect(world.job(key)).toMatchObject({ outcome: 'accepted' });
  });

  test.each(['accepted', 'rejected', 'abandoned'] as const)(
    'is replayed when it is %s, and buys nothing',
    async (outcome) => {
      await world.ledger.copy('edge', key, aVerdict({ outcome }));
      expect(await visit(world)).toEqual({ kind: 'done', outcome: 'replayed', why: `${outcome} before` });
      expect(world.calls).toEqual([]);
      expect(world.ack.purchases()).toEqual([]);
    },
  );

  test('is replayed although another job holds the slot, and waits for nobody', async () => {
    const world = await withSlot({ key: 'manual/edge/other' });
    await world.ledger.copy('edge', key, aVerdict());
    expect(await visit(world)).toMatchObject({ kind: 'done', outcome: 'replayed' });
    expect(world.calls).toEqual([]);
  });

  test('is a conflict when the same key asks for something else, wherever it is known', async () => {
    const skipped = createFunctionWorld();
    const skip = { outcome: 'skipped', reason: 'stale', payload: 'add 3', at: sampleAt, story: aStory() } as const;
    await skipped.ledger.skip('edge', key, skip);
    for (const world of [await withSlot(), await withSlot({ phase: 'parked' }), await withVerdict(), skipped]) {
      expect(await visit(world, other)).toEqual({
        kind: 'conflict',
        why: `key ${key} was used before to add 3, and asks now to add 4; use another key`,
      });
      expect(world.calls).toEqual([]);
    }
  });

  test('waits while its own request may be on its way, and helps nobody', async () => {
    const world = await withSlot();
    expect(await visit(world)).toEqual({
      kind: 'defer',
      reason: 'sending',
      until: sampleAt + timings.leaseMs,
      why: 'its request is being sent',
    });
    expect(world.calls).toEqual([]);
  });

  test.each(['unknown', 'parked'] as const)(
    'is acknowledged when its purchase is %s: the slot keeps it',
    async (phase) => {
      const world = await withSlot({ phase });
      expect(await visit(world)).toMatchObject({ kind: 'done', outcome: 'in-doubt' });
      expect(world.calls).toEqual([]);
    },
  );

  test('helps with the purchase that holds the slot, and waits', async () => {
    const world = await withSlot({ key: 'manual/edge/other' });
    world.pass(timings.leaseMs + 1);
    expect(await visit(world)).toEqual({
      kind: 'defer',
      reason: 'busy',
      until: world.now() + timings.busyDelayMs,
      why: 'the purchase of manual/edge/other is sending',
    });
    expect(world.cluster().purchase).toMatchObject({ key: 'manual/edge/other', phase: 'unknown' });
    expect(world.calls).not.toContain('arm');
  });
});

describe('ARM', () => {
  test('whose answer is lost is read back, and the purchase goes on', async () => {
    world.onCall('arm', 1, 'loses its answer');
    expect(await visit(world)).toMatchObject({ kind: 'done', outcome: 'accepted' });
    expect(world.calls).toEqual(['look', 'look', 'arm', 'readCluster', 'purchase', 'settle', 'copy']);
    expect(world.ack.purchases()).toHaveLength(1);
  });

  test('that did not happen starts over, and nothing is sent', async () => {
    world.onCall('arm', 1, 'fails');
    expect(await visit(world)).toEqual({ kind: 'again' });
    expect(world.calls).not.toContain('purchase');
    expect(world.log).toContainEqual(expect.objectContaining({ level: 'warn', event: 'arm-unanswered' }));
    expect(await visit(world)).toMatchObject({ outcome: 'accepted' });
  });

  test('that another handler of the same job overtakes starts over: the key alone proves nothing', async () => {
    world.onCall('arm', 1, async () => {
      const seen = await world.ledger.readCluster('edge');
      await world.ledger.arm(seen, aPurchase({ nonce: 'of-somebody-else' }));
    });
    expect(await visit(world)).toEqual({ kind: 'again' });
    expect(world.calls).not.toContain('purchase');
    expect(await visit(world)).toMatchObject({ kind: 'defer', reason: 'sending' });
  });

  test('that a pause overtakes starts over, and the job waits', async () => {
    world.onCall('arm', 1, async () => {
      const seen = await world.ledger.readCluster('edge');
      await world.ledger.pause(seen, { by: 'ann', reason: 'stop', at: sampleAt });
    });
    expect(await visit(world)).toEqual({ kind: 'again' });
    expect(await visit(world)).toMatchObject({ kind: 'defer', reason: 'paused' });
    expect(world.ack.purchases()).toEqual([]);
  });

  test('whose answer and whose slot cannot be read sends nothing: the slot waits for its lease to end', async () => {
    world.onCall('arm', 1, 'loses its answer');
    world.onCall('readCluster', 1, 'fails');
    await expect(visit(world)).rejects.toThrow('readCluster failed');
    expect(world.ack.purchases()).toEqual([]);
    expect(await visit(world)).toMatchObject({ kind: 'defer', reason: 'sending' });
    await world.reconcileAfter(timings.leaseMs + 1);
    expect(world.cluster().purchase).toMatchObject({ key, phase: 'unknown' });
    expect(await visit(world)).toMatchObject({ kind: 'done', outcome: 'in-doubt' });
  });
});
