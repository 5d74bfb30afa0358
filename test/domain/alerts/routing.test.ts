import { expect, test } from '@jest/globals';
import { clusterOfAlarm, unknownCluster } from '../../../functions/domain/alerts/routing.ts';
import { config } from '../../fixtures/alerts/alert-fixtures.ts';

test.each([
  ['EdgeNodeCpuHigh', 'edge-beijing'],
  ['edge-cpu', 'edge-shanghai'],
  ['edge-beijing-cpu', 'edge-beijing'],
  ['edge-beijing-night-cpu', 'edge-shanghai'],
  ['billing', undefined],
])('alarm %s is for %s: an exact name wins over patterns, the longest pattern over shorter ones', (alarm, cluster) => {
  expect(clusterOfAlarm({ config }, alarm)).toBe(cluster);
});

test('an exact name wins over a longer pattern of another cluster', () => {
  const [beijing, shanghai] = [config.clusters['edge-beijing'], config.clusters['edge-shanghai']];
  if (!beijing || !shanghai) throw new Error('the fixture has both clusters');
  const steps = [{ lowerBound: 0, add: 1 }];
  const clusters = {
    first: { ...beijing, alarms: [{ name: 'cpu-high*****', steps }] },
    second: { ...shanghai, alarms: [{ name: 'cpu-high', steps }] },
    third: {
      ...shanghai,
      alarms: [
        { name: 'mem-*', steps },
        { name: '*-mem', steps },
      ],
    },
    fourth: { ...shanghai, alarms: [{ name: '*-low', steps }] },
    fifth: { ...shanghai, alarms: [{ name: 'cpu-*', steps }] },
  };
  const context = { config: { ...config, clusters } };
  expect(clusterOfAlarm(context, 'cpu-high')).toBe('second');
  expect(clusterOfAlarm(context, 'cpu-high-7')).toBe('first');
  expect(clusterOfAlarm(context, 'cpu-low')).toBe('fourth'); // of two patterns as long, the first in the config
});

test('a long list of clusters is cut in an explanation', () => {
  const [cluster] = Object.values(config.clusters);
  if (!cluster) throw new Error('the fixture has clusters');
  const clusters = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`edge-${i}`, cluster]));
  const { detail } = unknownCluster({ ...config, clusters }, 'x'.repeat(5000));
  expect(detail).toMatch(/edge-19 and 40 more$/);
  expect(detail.length).toBeLessThanOrEqual(1000);
});
