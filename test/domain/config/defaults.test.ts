import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { config as shipped } from '../../../functions/config.ts';
import { completeConfig } from '../../../functions/domain/config/defaults.ts';
import { checkedConfig } from '../../../functions/domain/config/schema.ts';
import type { ConfigInput } from '../../../functions/domain/config/types.ts';
import { aPolicy } from '../../support/samples.ts';
import { testProperty } from '../../support/test-property.ts';

const given = {
  ...aPolicy(),
  staleAfterMinutes: 7,
  nodeJoinTimeoutMinutes: 8,
  exclusive: true,
  rearm: true,
  dryRun: true,
  schedules: [{ name: 'peak', at: 'rate(1 day)', add: 1 }],
};

/** Any of what may be left out is left out. */
const policies = fc.record(
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, fc.constant(value)])),
  { requiredKeys: ['id', 'region', 'worker', 'limits', 'cooldownMinutes'] },
) as fc.Arbitrary<ConfigInput['clusters'][string]>;
const configs: fc.Arbitrary<ConfigInput> = fc.record(
  {
    clusters: fc.record({ edge: policies }),
    labels: fc.record({ cluster: fc.constant(['site']), threshold: fc.constant([]) }, { requiredKeys: [] }),
    stack: fc.record(
      { customerKey: fc.boolean(), enqueuers: fc.constant(['arn:aws:iam::123456789012:role/on-call']) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['clusters'] },
);

testProperty('a config is completed to what its check makes of it', { of: [configs] }, (config) => {
  expect(completeConfig(config)).toEqual(checkedConfig(config));
});

test('the shipped config is completed to what its check makes of it', () => {
  expect(completeConfig(shipped)).toEqual(checkedConfig(shipped));
});
