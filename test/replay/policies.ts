// What a replay compares: a policy for steep load, and the example of functions/config.ts.
import { config } from '../../functions/config.ts';
import { completeConfig, policyOf } from '../../functions/domain/config/defaults.ts';
import type { Again, ClusterConfig } from '../../functions/domain/config/types.ts';
import { aPolicy } from '../support/samples.ts';

interface Compared {
  readonly name: string;
  readonly policy: ClusterConfig;
  /** How its rule asks again, where it does. */
  readonly again: Again;
}

/** Above what the load of a trace needs, so that what is bought depends on the alarms alone. */
const roomyLimits = { maxNodes: 120, maxPerDay: 60, maxPerPurchase: 10 } as const;

const steep = aPolicy({
  exclusive: true,
  cooldownMinutes: 3,
  limits: roomyLimits,
  alarms: [
    {
      name: 'edge-*',
      steps: [
        { lowerBound: 0, upperBound: 10, add: 2 },
        { lowerBound: 10, upperBound: 30, add: 5 },
        { lowerBound: 30, add: 10 },
      ],
    },
  ],
});

/** A replay is about alarms, so without its schedule. */
const example: ClusterConfig = { ...policyOf(completeConfig(config), 'edge-beijing'), schedules: [] };
const exampleAgain = example.alarms.find(({ again }) => again)?.again ?? { afterMinutes: 5, times: 5 };

export const compared: readonly Compared[] = [
  { name: 'steep', policy: steep, again: { afterMinutes: 5, times: 20 } },
  { name: 'example', policy: example, again: exampleAgain },
  { name: 'example, with the limits of steep', policy: { ...example, limits: roomyLimits }, again: exampleAgain },
];

/** The policy in which every alert asks again like this, or none does. */
export const withAgain = (policy: ClusterConfig, again: Again | undefined): ClusterConfig => ({
  ...policy,
  alarms: policy.alarms.map(({ name, steps }) => ({ name, steps, ...(again && { again }) })),
});
