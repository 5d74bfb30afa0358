import { expect, test } from '@jest/globals';
import { leasesOf } from '../../functions/console/reading/leases.ts';
import { day, sampleAt } from '../support/samples.ts';

const node = (endsAt: number) => ({ id: 'i', endsAt, ready: true, counts: true });
const on = (...nodes: readonly ReturnType<typeof node>[]) => ({ day: '2026-03-10', nodes });

test('nodes that end together are one lease, the earliest first, without those that are over', () => {
  const days = [on(node(sampleAt - 1)), on(node(sampleAt + 2 * day), node(sampleAt + day), node(sampleAt + 2 * day))];
  const found = [
    { cluster: 'edge', renews: false, leases: { days, endUnknown: 3 } },
    { cluster: 'far', renews: false, leases: { unknown: 'no key' } },
  ];
  expect(leasesOf(found, sampleAt)).toEqual({
    leases: [
      { cluster: 'edge', nodes: 1, endsAt: sampleAt + day },
      { cluster: 'edge', nodes: 2, endsAt: sampleAt + 2 * day },
    ],
    endUnknown: 3,
    unread: ['far'],
  });
});
