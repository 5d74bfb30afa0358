// POST /api/v2/clusters/{id} buys.
import type { PurchaseFault } from './faults.ts';
import { type Outcome, type Refusal, type SimRequest, serviceRefusal } from './messages.ts';
import { judgeBody } from './parameters.ts';
import type { Order } from './tasks.ts';
import { nodesIn, type World } from './world.ts';

/** One executed scale-out. */
export type Purchase = {
  readonly taskId: string;
  readonly clusterId: string;
  /** Nodes asked for. */
  readonly count: number;
  /** Paid nodes, also those that never join. */
  readonly nodesGot: number;
  /** Epoch milliseconds of the simulator's clock. */
  readonly at: number;
  /** Of the request that bought; null for a purchase in the console. */
  readonly nonce: string | null;
  readonly requestId: string;
  readonly by: 'api' | 'console';
};

type Buyer = Pick<Purchase, 'nonce' | 'requestId' | 'by'>;

/** About ACK's own quota. */
const nodeQuota = 5_000;

export type Shop = ReturnType<typeof createShop>;

export function createShop(world: World) {
  const purchases: Purchase[] = [];

  function refuse(clusterId: string, count: number): Refusal | undefined {
    const cluster = world.find(clusterId);
    if (cluster === undefined) return serviceRefusal(404, 'ErrorClusterNotFound', 'cluster not found');
    const { state } = cluster;
    if (state !== 'running') return serviceRefusal(400, 'ErrorClusterState', `the cluster is ${state}, not running`);
    if (nodesIn(cluster, Number.POSITIVE_INFINITY).length + count > nodeQuota)
      return serviceRefusal(400, 'QuotaExceeded.ClusterNodes', `a cluster has at most ${nodeQuota} nodes`);
    return undefined;
  }

  function buy(clusterId: string, order: Order, at: number, buyer: Buyer, fault?: PurchaseFault): string {
    const { taskId, nodes } = world.scaleOut(clusterId, order, at, fault);
    purchases.push({ taskId, clusterId, count: order.count, nodesGot: nodes.length, at, ...buyer });
    return taskId;
  }

  return {
    /** In the order of execution. Not a copy, for speed. */
    purchases: (): readonly Purchase[] => purchases,

    /** An invalid request uses no fault. */
    byApi(
      request: SimRequest,
      { clusterId, at, requestId }: { clusterId: string; at: number; requestId: string },
      takeFault: () => PurchaseFault | undefined,
    ): Outcome {
      if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
        return serviceRefusal(400, 'InvalidContentType', 'The content-type must be application/json.');
      const order = judgeBody(request.body);
      if (order.kind === 'refused') return order;
      const refusal = refuse(clusterId, order.count);
      if (refusal !== undefined) return refusal;
      const fault = takeFault();
      if (fault?.kind === 'no-stock')
        return serviceRefusal(400, 'QuotaExceeded.EnsInstance', 'The region has no stock of this instance type.');
      const nonce = request.headers['x-acs-signature-nonce'] ?? null;
      const taskId = buy(clusterId, order, at, { nonce, requestId, by: 'api' }, fault);
      const body = { cluster_id: clusterId, request_id: requestId, task_id: taskId };
      return { kind: 'ok', status: 202, body, executed: taskId };
    },

    /** One month, no faults. undefined when the cluster refuses. */
    byConsole(clusterId: string, count: number, at: number): string | undefined {
      if (refuse(clusterId, count) !== undefined) return undefined;
      const requestId = world.identifiers.requestId();
      const order = { count, instanceType: 'ens.sn1.small', periodMonths: 1 };
      return buy(clusterId, order, at, { nonce: null, requestId, by: 'console' });
    },
  };
}
