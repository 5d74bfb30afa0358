// The console of the simulated service, for demos and tests.
import type { Purchase, Shop } from './scale-out.ts';
import { isReady, type Node, type Task, taskState } from './tasks.ts';
import { type Cluster, type ClusterState, nodesIn, type World } from './world.ts';

type NodeView = Node & { readonly status: 'Ready' | 'NotReady' };
type TaskView = Task & { readonly state: string };
type ClusterView = Pick<Cluster, 'id' | 'name' | 'region' | 'state'>;

/** Functions throw a RangeError for an unknown cluster id. */
export function createConsole({ world, shop, present }: { world: World; shop: Shop; present: () => number }) {
  return {
    /** In the order of execution. */
    purchases(): readonly Purchase[] {
      present();
      return shop.purchases();
    },
    /** The nodes that have booted. */
    nodesOf(clusterId: string): NodeView[] {
      const at = present();
      return nodesIn(world.cluster(clusterId), at).map((node) => ({
        ...node,
        status: isReady(node, at) ? 'Ready' : 'NotReady',
      }));
    },
    /** Including those that are not in the task list yet. */
    tasksOf(clusterId: string): TaskView[] {
      const at = present();
      return world.cluster(clusterId).tasks.map((task) => ({ ...task, state: taskState(task, at) }));
    },
    /** The tasks that the task list shows. */
    listedTasksOf(clusterId: string): TaskView[] {
      const at = present();
      return world.listed(world.cluster(clusterId), at).map((task) => ({ ...task, state: taskState(task, at) }));
    },
    clusters(): ClusterView[] {
      present();
      return [...world.clusters()].map(({ id, name, region, state }) => ({ id, name, region, state }));
    },
    setClusterState(clusterId: string, state: ClusterState) {
      present();
      world.setState(clusterId, state);
    },
    /**
     * Another end of a node's lease, epoch milliseconds: one in the past ends it, a later one renews it, late or not.
     * @param stopsAt when it stops being Ready, if later
     */
    setLease(clusterId: string, instanceId: string, expiresAt: number, stopsAt = expiresAt) {
      const at = present();
      world.setLease(clusterId, instanceId, { expiresAt, stopsAt }, at);
    },
    /** A purchase in the console. @returns the task id; undefined when the cluster refuses */
    consoleScaleOut(clusterId: string, count: number): string | undefined {
      if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`${count} is no positive number of nodes`);
      const at = present();
      return shop.byConsole(world.cluster(clusterId).id, count, at);
    },
    /** Another task in the console. @returns the task id */
    consoleTask(clusterId: string, taskType: string): string {
      const at = present();
      return world.otherTask(clusterId, taskType, at).taskId;
    },
  };
}
