// Tasks and their nodes. Each object has the instants of its changes, and its state is computed for a given instant: this is
// fast enough for a million histories.
import type { PurchaseFault } from './faults.ts';
import type { Identifiers } from './identifiers.ts';
import { addMonths } from './instants.ts';
import type { ScaleOutOrder } from './parameters.ts';

/** Durations of the simulated world, in milliseconds of the core's clock. */
export type Pace = {
  /** Of a scale-out. Its nodes boot evenly over this time, the last one at the end. */
  readonly taskDurationMs: number;
  /** From a node's boot until it is Ready. */
  readonly nodeJoinMs: number;
  /** A task is missing from the task list for this long. It can be read by its id at once. */
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
  /** Null for initial nodes. */
  readonly taskId: string | null;
  /** Epoch milliseconds, as all instants here. Before this one the node is not listed. */
  readonly bootAt: number;
  /** Infinity for a node that is paid for and never joins. */
  readonly readyAt: number;
  /** The end of its lease. It stays listed after it. */
  readonly expiresAt: number;
  /** From here on it is not Ready any more: the end of its lease, or later. */
  readonly stopsAt: number;
};

export type Task = {
  readonly taskId: string;
  readonly clusterId: string;
  /** `cluster_scaleout`, or another task. */
  readonly taskType: string;
  /** The date that it shows: epoch milliseconds, as all instants here. */
  readonly createdAt: number;
  /** Before this instant the task list does not show it. */
  readonly listedAt: number;
  readonly endsAt: number;
  readonly nodes: readonly Node[];
  /** Requested instances that did not come. */
  readonly missing: readonly string[];
  readonly failure?: { readonly state: 'fail' | 'failed'; readonly code: string; readonly message: string };
};

export const scaleOutType = 'cluster_scaleout';

export const isRunning = (task: Task, at: number) => at < task.endsAt;

export const taskState = (task: Task, at: number) =>
  isRunning(task, at) ? 'running' : (task.failure?.state ?? 'success');

export const isReady = (node: Node, at: number) => node.readyAt <= at && at < node.stopsAt;

export type Order = Pick<ScaleOutOrder, 'count' | 'instanceType' | 'periodMonths'>;

type Start = {
  readonly clusterId: string;
  readonly at: number;
  readonly pace: Pace;
  readonly listing: Listing;
  readonly identifiers: Identifiers;
};

/** The task of a purchase, with its whole future. */
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
    return {
      instanceId: identifiers.instanceId(),
      instanceType,
      taskId,
      bootAt,
      readyAt,
      expiresAt,
      stopsAt: expiresAt,
    };
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
