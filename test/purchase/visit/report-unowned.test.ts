import { beforeEach, describe, expect, test } from '@jest/globals';
import { timings } from '../../../functions/domain/timings.ts';
import { lookForUnowned } from '../../../functions/purchase/visit/report-unowned.ts';
import { aManualBody, createFunctionWorld, type FunctionWorld } from '../../support/function-world.ts';
import { aPolicy, minute, sampleAt } from '../../support/samples.ts';

const clusterId = aPolicy().id;
const look = (world: FunctionWorld, until = Number.POSITIVE_INFINITY) => lookForUnowned('edge', world.deps, until);
const warnings = ({ log }: FunctionWorld) => log.filter(({ event }) => event === 'unowned-tasks');

let world: FunctionWorld;
beforeEach(() => {
  world = createFunctionWorld();
});

describe('a scale-out task in an exclusive cluster that no purchase made', () => {
  test('is a warning, and stands on the cluster item', async () => {
    const taskId = world.ack.consoleScaleOut(clusterId, 1);
    world.pass(minute);
    await look(world);
    expect(warnings(world)).toEqual([
      { level: 'warn', event: 'unowned-tasks', fields: { cluster: 'edge', taskIds: [taskId] } },
    ]);
    expect(world.cluster().unowned).toEqual({ taskIds: [taskId], at: sampleAt + minute });
  });

  test('is told of once, and the next one anew', async () => {
    const world = createFunctionWorld({ taskDurationMs: minute });
    world.ack.consoleScaleOut(clusterId, 1);
    world.pass(minute);
    await look(world);
    world.pass(5 * minute);
    await look(world);
    expect(warnings(world)).toHaveLength(1);
    const second = world.ack.consoleScaleOut(clusterId, 1);
    world.pass(minute);
    await look(world);
    expect(warnings(world)).toHaveLength(2);
    expect(world.cluster().unowned).toMatchObject({ taskIds: expect.arrayContaining([second]) });
  });

  test('shows however late the list has it, between two looks', async () => {
    const world = createFunctionWorld({ listLagMs: timings.listLagMs });
    const taskId = world.ack.consoleScaleOut(clusterId, 1);
    world.pass(timings.listLagMs - 1);
    await look(world);
    expect(world.cluster().unowned).toBeUndefined();
    world.pass(timings.unownedCheckMs);
    await look(world);
    expect(world.cluster().unowned).toMatchObject({ taskIds: [taskId] });
  });
});

describe('nothing is told of', () => {
  test('purchases of our own, also while one of them is being sent', async () => {
    world.put(aManualBody());
    // The look reads the list after the purchase was executed, and the cluster before it is settled.
    world.onCall('settle', 1, () => look(world));
    await world.deliver();
    await look(world);
    expect(world.ack.purchases()).toHaveLength(1);
    expect(warnings(world)).toEqual([]);
  });

  test('tasks of another type', async () => {
    world.ack.consoleTask(clusterId, 'cluster_upgrade');
    await look(world);
    expect(warnings(world)).toEqual([]);
  });

  test('tasks from so long ago that the verdict on one of ours may be forgotten', async () => {
    world.ack.consoleScaleOut(clusterId, 1);
    world.pass(timings.unownedCheckMs + timings.listLagMs + 1000);
    await look(world);
    expect(warnings(world)).toEqual([]);
  });

  test('a cluster that others may scale: it is not even asked', async () => {
    const world = createFunctionWorld({ clusters: { edge: aPolicy({ exclusive: false }) } });
    world.ack.consoleScaleOut(clusterId, 1);
    world.pass(minute);
    await look(world);
    expect(world.requests).toEqual([]);
  });
});

test('a look that fails is a warning, and fails nothing else', async () => {
  world.onCall('look', 1, 'fails');
  await look(world);
  expect(world.log).toContainEqual(expect.objectContaining({ level: 'warn', event: 'unowned-check-failed' }));
});

test('a look is not begun when the time is over', async () => {
  await look(world, world.now());
  expect(world.requests).toEqual([]);
});
