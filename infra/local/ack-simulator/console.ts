// What a person sees and does in the console of the simulated service, and what a test asserts on.
import type { Purchase, Shop } from './scale-out.ts';
import { isReady, type Node, type Task, taskState } from './tasks.ts';
import { type Cluster, type ClusterState, nodesIn, type World } from './world.ts';

export type NodeView = Node & { readonly status: 'Ready' | 'NotReady' };
export type TaskView = Task & { readonly state: string };
export type ClusterView = Pick<Cluster, 'id' | 'name' | 'region' | 'state'>;

/** Every function with a cluster id throws a RangeError for an id that is no simulated cluster's. */
export function createConsole({ world, shop, present }: { world: World; shop: Shop; present: () => number }) {
  return {
    /** Every executed scale-out so far, in order. */
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
    /** All tasks, also those that the task list does not show yet. */
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
      const at = present();
      return [...world.clusters()].map((one) => {
        const { id, name, region } = one;
        return { id, name, region, state: world.stateOf(one, at) };
      });
    },
    setClusterState(clusterId: string, state: ClusterState) {
      present();
      world.setState(clusterId, state);
    },
    /** A person buys too. Returns the task id, or undefined when the cluster refuses. */
    consoleScaleOut(clusterId: string, count: number): string | undefined {
      if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`${count} is no positive number of nodes`);
      const at = present();
      return shop.byConsole(world.cluster(clusterId).id, count, at);
    },
    /** A person does something else to the cluster, which the task list shows as well. Returns the task id. */
    consoleTask(clusterId: string, taskType: string): string {
      const at = present();
      return world.otherTask(clusterId, taskType, at).taskId;
    },
  };
}
