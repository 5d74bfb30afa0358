// The simulated clusters and their tasks.
import type { PurchaseFault } from './faults.ts';
import { createIdentifiers, type Identifiers } from './identifiers.ts';
import { addMonths } from './instants.ts';
import { type Listing, type Node, type Order, type Pace, scaleOutTask, shown, type Task } from './tasks.ts';

/** As DescribeClusterDetail names them; a scale-out is taken in `running` only. */
export const clusterStates = [
  'initial',
  'failed',
  'running',
  'updating',
  'upgrading',
  'removing',
  'draining',
  'scaling',
  'inactive',
  'unavailable',
  'deleting',
  'deleted',
  'delete_failed',
  'waiting',
  'disconnected',
] as const;

export type ClusterState = (typeof clusterStates)[number];

export type ClusterOptions = {
  readonly id: string;
  /** Of the cluster (cn-hangzhou), not of its ENS nodes. */
  readonly region: string;
  /** Default: the id. */
  readonly name?: string;
  readonly state?: ClusterState;
  /** Ready from the start. */
  readonly initialNodes?: number;
  /** Bought nodes leave when they expire. By default all stay: a test is shorter than a lease. */
  readonly leasesEnd?: boolean;
};

export type Cluster = {
  readonly id: string;
  readonly region: string;
  readonly name: string;
  readonly state: ClusterState;
  readonly initialNodes: readonly Node[];
  readonly tasks: readonly Task[];
  readonly leasesEnd: boolean;
};

type Lease = Pick<Node, 'expiresAt' | 'stopsAt'>;

/** The booted nodes; at Infinity, all nodes that stay. */
export const nodesIn = ({ initialNodes, tasks, leasesEnd }: Cluster, at: number): readonly Node[] => [
  ...initialNodes,
  ...tasks.flatMap(({ nodes }) => nodes.filter((node) => node.bootAt <= at && !(leasesEnd && node.expiresAt <= at))),
];

type WorldOptions = {
  readonly clusters: readonly ClusterOptions[];
  readonly startAt: number;
  readonly random: () => number;
  readonly pace: Pace;
  /** Asked once for each task. */
  readonly drawListing: () => Listing;
};

export type World = ReturnType<typeof createWorld>;

/** Throws a RangeError when two clusters have the same id. */
export function createWorld({ startAt, random, pace, drawListing, ...options }: WorldOptions) {
  const identifiers = createIdentifiers(random);
  const clusters = new Map(options.clusters.map((given) => [given.id, openCluster(given, startAt, identifiers)]));
  const tasks = new Map<string, Task>();
  if (clusters.size < options.clusters.length) throw new RangeError('two simulated clusters have the same id');

  function known(id: string) {
    const cluster = clusters.get(id);
    if (cluster === undefined) throw new RangeError(`no simulated cluster has the id ${id}`);
    return cluster;
  }

  function file(task: Task): Task {
    const list = known(task.clusterId).tasks;
    tasks.set(task.taskId, task);
    // The order of the real list is not known, so tasks are added at both ends.
    if (list.length % 2 === 0) list.push(task);
    else list.unshift(task);
    return task;
  }

  return {
    identifiers,
    clusters: (): Iterable<Cluster> => clusters.values(),
    find: (id: string): Cluster | undefined => clusters.get(id),
    cluster: (id: string): Cluster => known(id),
    task: (id: string): Task | undefined => tasks.get(id),
    /** The tasks that the list shows. */
    listed: (cluster: Cluster, at: number) => cluster.tasks.filter((task) => task.listedAt <= at),
    setState(clusterId: string, state: ClusterState) {
      known(clusterId).state = state;
    },
    /**
     * Another end of a node's lease: in the past it is over, later it was renewed. A node that had stopped boots again. Throws a
     * RangeError for an unknown node.
     */
    setLease(clusterId: string, instanceId: string, { expiresAt, stopsAt }: Lease, at: number) {
      const node = nodesIn(known(clusterId), at).find((one) => one.instanceId === instanceId);
      if (node === undefined) throw new RangeError(`no node of ${clusterId} has the id ${instanceId}`);
      const comesBack = node.stopsAt <= at && at < stopsAt;
      const readyAt = comesBack && Number.isFinite(node.readyAt) ? at + pace.nodeJoinMs : node.readyAt;
      Object.assign(node, { expiresAt, stopsAt, readyAt });
    },
    /** Buys. Every call buys again, as with the real service. */
    scaleOut: (clusterId: string, order: Order, at: number, fault: PurchaseFault | undefined): Task =>
      file(scaleOutTask({ clusterId, at, pace, listing: drawListing(), identifiers }, order, fault)),
    /** Starts a task that buys nothing. */
    otherTask(clusterId: string, taskType: string, at: number): Task {
      const endsAt = at + pace.taskDurationMs;
      const taskId = identifiers.taskId(at);
      return file({ taskId, clusterId, taskType, ...shown(drawListing(), at), endsAt, nodes: [], missing: [] });
    },
  };
}

function openCluster(options: ClusterOptions, startAt: number, identifiers: Identifiers) {
  const { id, region, name = id, state = 'running', initialNodes = 0, leasesEnd = false } = options;
  // Older than the first purchase, so that its nodes can be told apart.
  const bootAt = startAt - 3_600_000;
  const expiresAt = addMonths(bootAt, 12);
  const lasting = { expiresAt, stopsAt: expiresAt };
  const nodes = Array.from({ length: initialNodes }, (): Node => {
    const instanceId = identifiers.instanceId();
    return { ...lasting, instanceId, instanceType: 'ens.sn1.small', taskId: null, bootAt, readyAt: bootAt };
  });
  const tasks: Task[] = [];
  return { id, region, name, state, initialNodes: nodes, tasks, leasesEnd };
}
