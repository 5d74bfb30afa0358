// The simulated service as a synchronous function from request to answer, without clock, randomness or I/O of its own. It
// serves HTTP and the deterministic simulation.
import { createConsole } from './console.ts';
import type { Fault } from './fault-schema.ts';
import { createFaults } from './faults.ts';
import { type AccessKey, createGateway } from './gateway.ts';
import type { SimAnswer, SimRequest } from './messages.ts';
import { createPipeline } from './pipeline.ts';
import { createShop } from './scale-out.ts';
import { defaultPace, type Listing, type Pace } from './tasks.ts';
import { type ClusterOptions, createWorld } from './world.ts';

export type AckCoreOptions = Partial<Pace> & {
  /** The gateway's clock: epoch milliseconds; must not run backwards. */
  readonly now: () => number;
  /** From 0 to below 1, as Math.random. */
  readonly random: () => number;
  readonly clusters: readonly ClusterOptions[];
  readonly accessKeys: readonly AccessKey[];
  /** False skips access key, token and signature, for speed. */
  readonly verifySignatures?: boolean;
  /** How each new task shows in the task list. By default after `listLagMs`, with the instant at which it started. */
  readonly drawListing?: () => Listing;
};

export type AckCore = ReturnType<typeof createAckCore>;

export function createAckCore(options: AckCoreOptions) {
  const { now, random, clusters, accessKeys, verifySignatures = true } = options;
  const pace: Pace = {
    taskDurationMs: options.taskDurationMs ?? defaultPace.taskDurationMs,
    nodeJoinMs: options.nodeJoinMs ?? defaultPace.nodeJoinMs,
    listLagMs: options.listLagMs ?? defaultPace.listLagMs,
  };
  const faults = createFaults();
  const { drawListing = () => ({ lagMs: pace.listLagMs, datedMs: 0 }) } = options;
  const world = createWorld({ clusters, random, pace, drawListing, startAt: now() });
  const shop = createShop(world);
  const gateway = createGateway({ accessKeys, verifySignatures });
  const pipeline = createPipeline({ now, gateway, faults, world, shop });

  return {
    now,
    /** Executes the request. `delivery` says what happens to the answer. */
    handle: (request: SimRequest): SimAnswer => pipeline.handle(request),
    /** Accepts one more access key. */
    admit: gateway.admit,
    /** Adds a fault. Not validated: see `faultSchema`. */
    setFault: (fault: Fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    faults: () => faults.list(),
    ...createConsole({ world, shop, present: pipeline.present }),
  };
}
