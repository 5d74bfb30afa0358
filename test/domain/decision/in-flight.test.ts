import { describe, expect, test } from '@jest/globals';
import { fleetOf, supplyFor } from '../../../functions/domain/decision/in-flight.ts';
import { timings } from '../../../functions/domain/timings.ts';
import { aCluster, aFleet, anAlarm, aPolicy, aStory, aVerdict, hour, minute, sampleAt } from '../../support/samples.ts';

const job = anAlarm(5);
const supplyOf = (of: Parameters<typeof aCluster>[0]) => supplyFor(job, aCluster(of), aPolicy());
const awaited = (at: number) => ({ first: { taskId: 'T-1', count: 3, at } });
const none = supplyOf({});
const ready = (createdAt?: number) => ({ status: 'Ready', createdAt });

describe('nodes of an awaited purchase', () => {
  test('can exist from its decision on, even where it was accepted much later', () => {
    const done = { first: aVerdict({ at: sampleAt + hour, story: aStory({ decidedAt: sampleAt + minute }) }) };
    expect(supplyOf({ pending: awaited(sampleAt + hour), done })).toMatchObject({ awaitedFrom: sampleAt + minute });
  });

  test('can exist a fence before it was accepted where its verdict is forgotten', () => {
    expect(supplyOf({ pending: awaited(sampleAt) })).toMatchObject({ awaitedFrom: sampleAt - timings.fenceMs });
  });

  test('are none where nothing is awaited', () => {
    const overdue = { first: { ...awaited(sampleAt).first, overdue: true as const } };
    expect(supplyOf({ pending: overdue })).toMatchObject({
      pending: 0,
      overdue: 3,
      awaitedFrom: Number.POSITIVE_INFINITY,
    });
  });
});

describe('nodes that answer a need', () => {
  test('can exist from when it arose, or from the decision of an older purchase that answers it', () => {
    const story = aStory({ decidedAt: sampleAt - 5 * minute });
    expect(none).toMatchObject({ answered: 0, answersFrom: sampleAt });
    expect(
      supplyOf({ done: { first: aVerdict({ at: sampleAt - 4 * minute, endedAt: sampleAt + minute, story }) } }),
    ).toMatchObject({ answered: 3, answersFrom: sampleAt - 5 * minute });
  });
});

describe('a fleet', () => {
  test('tells how many of its nodes are not Ready, and no more where nothing was bought', () => {
    const nodes = [ready(sampleAt - hour), ready(), { status: 'NotReady', createdAt: sampleAt - hour }];
    expect(fleetOf('running', nodes, none)).toEqual(aFleet({ nodes: 3, notReady: 1 }));
  });

  test('tells which may be awaited ones, Ready or not, and which Ready ones may answer the need', () => {
    const supply = { ...none, awaitedFrom: sampleAt + 10 * minute, answersFrom: sampleAt };
    const nodes = [
      ready(sampleAt - 3 * minute),
      ready(sampleAt + minute),
      ready(sampleAt + 12 * minute),
      { status: 'NotReady', createdAt: sampleAt + 13 * minute },
    ];
    expect(fleetOf('running', nodes, supply)).toEqual(aFleet({ nodes: 4, notReady: 1, joining: 2, joined: 2 }));
  });

  test('takes for such also a node whose time is cut to the minute, by a clock that is a minute behind', () => {
    const supply = { ...none, pending: 1, awaitedFrom: sampleAt, answersFrom: sampleAt };
    const { evidenceSlackMs } = timings;
    expect(fleetOf('running', [ready(sampleAt - evidenceSlackMs)], supply)).toMatchObject({ joining: 1, joined: 1 });
    expect(fleetOf('running', [ready(sampleAt - evidenceSlackMs - 1)], supply)).toEqual(aFleet({ nodes: 1 }));
  });

  test('takes a node of unknown age for such, up to as many as are awaited, or have come', () => {
    const nodes = [ready(), ready(), ready(), { status: 'NotReady' }, ready(sampleAt)];
    expect(fleetOf('running', nodes, none)).toEqual(aFleet({ nodes: 5, notReady: 1, joined: 1 }));
    expect(fleetOf('running', nodes, { ...none, pending: 2, answered: 1, awaitedFrom: sampleAt })).toEqual(
      aFleet({ nodes: 5, notReady: 1, joining: 3, joined: 2 }),
    );
    expect(fleetOf('running', nodes, { ...none, pending: 9, answered: 9, awaitedFrom: sampleAt })).toEqual(
      aFleet({ nodes: 5, notReady: 1, joining: 5, joined: 4 }),
    );
  });
});
