// The simulated service as one synchronous function from request to answer. It reads no clock, draws no random number
// and does no I/O of its own, so the same core serves HTTP on a developer's machine and the deterministic simulation.
import { createConsole } from './console.ts';
import { createFaults, type Fault } from './faults.ts';
import { type AccessKey, createGateway } from './gateway.ts';
import type { SimAnswer, SimRequest } from './messages.ts';
import { createPipeline } from './pipeline.ts';
import { createShop } from './scale-out.ts';
import { defaultPace, type Listing, type Pace } from './tasks.ts';
import { type ClusterOptions, createWorld } from './world.ts';

export type AckCoreOptions = Partial<Pace> & {
  /** Epoch milliseconds; must not run backwards. A clock that is off simulates a gateway whose clock is off. */
  readonly now: () => number;
  /** From 0 to below 1, as Math.random. */
  readonly random: () => number;
  readonly clusters: readonly ClusterOptions[];
  readonly accessKeys: readonly AccessKey[];
  /** False leaves out access key, token and signature, for speed; dates and nonces are checked all the same. */
  readonly verifySignatures?: boolean;
  /** True makes a cluster `scaling`, and so refuse the next scale-out, until its scale-out ends. */
  readonly busyWhileScaling?: boolean;
  /** How each new task shows in the task list. By default after `listLagMs`, with the instant at which it started. */
  readonly drawListing?: () => Listing;
};

export type AckCore = ReturnType<typeof createAckCore>;

/** Throws a RangeError when two clusters have the same id. */
export function createAckCore(options: AckCoreOptions) {
  const { now, random, clusters, accessKeys, verifySignatures = true, busyWhileScaling = false } = options;
  const pace: Pace = {
    taskDurationMs: options.taskDurationMs ?? defaultPace.taskDurationMs,
    nodeJoinMs: options.nodeJoinMs ?? defaultPace.nodeJoinMs,
    listLagMs: options.listLagMs ?? defaultPace.listLagMs,
  };
  const faults = createFaults();
  const { drawListing = () => ({ lagMs: pace.listLagMs, datedMs: 0 }) } = options;
  const world = createWorld({ clusters, random, pace, busyWhileScaling, drawListing, startAt: now() });
  const shop = createShop(world);
  const gateway = createGateway({ accessKeys, verifySignatures });
  const pipeline = createPipeline({ now, gateway, faults, world, shop });

  return {
    now,
    /** Executes what the request asks for, and says separately (`delivery`) what becomes of the answer. */
    handle: (request: SimRequest): SimAnswer => pipeline.handle(request),
    /** Sets a fault behind those already set. The type is the only check; data from outside goes through `faultSchema`. */
    setFault: (fault: Fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    faults: () => faults.list(),
    ...createConsole({ world, shop, present: pipeline.present }),
  };
}
