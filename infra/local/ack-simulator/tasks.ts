// Tasks and the nodes they bring. Nothing here ever ticks: each object holds the instants at which it changes, and its
// state is worked out for the instant of whoever looks, which is what makes a million simulated histories affordable.
import type { PurchaseFault } from './faults.ts';
import type { Identifiers } from './identifiers.ts';
import { addMonths } from './instants.ts';
import type { ScaleOutOrder } from './parameters.ts';

/** Durations of the simulated world, in milliseconds of the core's clock. */
export type Pace = {
  /** From the start of a scale-out to its end; its nodes boot evenly spread over this time, the last one at the end. */
  readonly taskDurationMs: number;
  /** From a node's boot until it is Ready. */
  readonly nodeJoinMs: number;
  /** A task is missing from the task list for this long, though it can be read by its id at once. */
  readonly listLagMs: number;
};

/** How a task shows in the task list. */
export type Listing = {
  /** For so long it does not. */
  readonly lagMs: number;
  /** Milliseconds by which its date is later than its start; negative for an earlier date. */
  readonly datedMs: number;
};

export const defaultPace: Pace = { taskDurationMs: 240_000, nodeJoinMs: 150_000, listLagMs: 3_000 };

export type Node = {
  readonly instanceId: string;
  readonly instanceType: string;
  /** Null for the nodes that the cluster began with. */
  readonly taskId: string | null;
  /** Epoch milliseconds, as `readyAt` and `expiresAt`. Before this instant the node is not listed. */
  readonly bootAt: number;
  /** Infinity for a node that is paid for and never joins. */
  readonly readyAt: number;
  readonly expiresAt: number;
};

export type Task = {
  readonly taskId: string;
  readonly clusterId: string;
  /** `cluster_scaleout`, or what else a person does to a cluster. */
  readonly taskType: string;
  /** The date that it shows: epoch milliseconds, as all instants here. */
  readonly createdAt: number;
  /** Before this instant the task list does not show it. */
  readonly listedAt: number;
  readonly endsAt: number;
  readonly nodes: readonly Node[];
  /** Instances that were asked for and never came. */
  readonly missing: readonly string[];
  readonly failure?: { readonly state: 'fail' | 'failed'; readonly code: string; readonly message: string };
};

export const scaleOutType = 'cluster_scaleout';

export const isRunning = (task: Task, at: number) => at < task.endsAt;

export const taskState = (task: Task, at: number) =>
  isRunning(task, at) ? 'running' : (task.failure?.state ?? 'success');

export const isReady = (node: Node, at: number) => node.readyAt <= at;

/** What an order still says once it is accepted. */
export type Order = Pick<ScaleOutOrder, 'count' | 'instanceType' | 'periodMonths'>;

type Start = {
  readonly clusterId: string;
  readonly at: number;
  readonly pace: Pace;
  readonly listing: Listing;
  readonly identifiers: Identifiers;
};

/** Makes the task of a purchase, with everything that will come of it already decided. */
export function scaleOutTask(
  { clusterId, at, pace, listing, identifiers }: Start,
  order: Order,
  fault: PurchaseFault | undefined,
): Task {
  const { count, instanceType, periodMonths } = order;
  const { got, neverJoin, failure } = resultOf(count, fault);
  const taskId = identifiers.taskId(at);
  const nodes = Array.from({ length: got }, (_, index): Node => {
    const bootAt = at + (pace.taskDurationMs * (index + 1)) / got;
    const readyAt = index < got - neverJoin ? bootAt + pace.nodeJoinMs : Number.POSITIVE_INFINITY;
    const expiresAt = addMonths(bootAt, periodMonths);
    return { instanceId: identifiers.instanceId(), instanceType, taskId, bootAt, readyAt, expiresAt };
  });
  const missing = Array.from({ length: count - got }, () => identifiers.instanceId());
  const endsAt = at + pace.taskDurationMs;
  const task = { taskId, clusterId, taskType: scaleOutType, ...shown(listing, at), endsAt, nodes, missing };
  return failure === undefined ? task : { ...task, failure };
}

/** When a task that starts at an instant is listed, and its date. */
export const shown = ({ lagMs, datedMs }: Listing, at: number) => ({ createdAt: at + datedMs, listedAt: at + lagMs });

/** How many nodes come of an order, and how many of those never join. */
function resultOf(count: number, fault: PurchaseFault | undefined): OrderResult {
  switch (fault?.kind) {
    case 'partial':
      return { got: Math.min(fault.got, count), neverJoin: 0 };
    case 'node-never-joins':
      return { got: count, neverJoin: fault.count };
    case 'task-fails': {
      const { state = 'failed', code, message } = fault;
      return { got: 0, neverJoin: 0, failure: { state, code, message } };
    }
    default:
      return { got: count, neverJoin: 0 };
  }
}

type OrderResult = {
  readonly got: number;
  readonly neverJoin: number;
  readonly failure?: NonNullable<Task['failure']>;
};
