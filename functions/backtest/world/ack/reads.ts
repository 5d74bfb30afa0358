// The four read operations, with the service's field names.
import { chinaTime, utcTime } from './instants.ts';
import { found, type Outcome, serviceRefusal } from './messages.ts';
import type { Route } from './routes.ts';
import { isReady, isRunning, type Node, type Task, taskState } from './tasks.ts';
import { type Cluster, nodesIn, type World } from './world.ts';

type Read = { readonly route: Route; readonly query: string; readonly at: number };

export function read(world: World, { route, query, at }: Read): Outcome {
  if (route.operation === 'DescribeTaskInfo') {
    const task = world.task(route.id);
    return task === undefined ? serviceRefusal(404, 'ErrorTaskNotFound', 'task not found') : found(taskInfo(task, at));
  }
  const cluster = world.find(route.id);
  if (cluster === undefined) return serviceRefusal(404, 'ErrorClusterNotFound', 'cluster not found');
  switch (route.operation) {
    case 'DescribeClusterTasks':
      return taskPage(world.listed(cluster, at), new URLSearchParams(query), at);
    case 'DescribeClusterNodes':
      return nodePage(cluster, new URLSearchParams(query), at);
    default:
      return found(clusterDetail(cluster, at));
  }
}

const clusterDetail = (cluster: Cluster, at: number) => ({
  cluster_id: cluster.id,
  name: cluster.name,
  cluster_type: 'ManagedKubernetes',
  profile: 'Edge',
  region_id: cluster.region,
  size: nodesIn(cluster, at).length,
  state: cluster.state,
});

const taskEntry = (task: Task, at: number) => ({
  task_id: task.taskId,
  task_type: task.taskType,
  state: taskState(task, at),
  created: chinaTime(task.createdAt),
  updated: chinaTime(isRunning(task, at) ? task.createdAt : task.endsAt),
  ...(task.failure && !isRunning(task, at) && { error: { code: task.failure.code, message: task.failure.message } }),
});

/** `parameters` is empty, as in the service: a purchase cannot be recognised by it. */
const taskInfo = (task: Task, at: number) => ({
  ...taskEntry(task, at),
  cluster_id: task.clusterId,
  target: { id: task.clusterId, type: 'cluster' },
  parameters: {},
  events: [],
  stages: [],
  task_result: [
    ...task.nodes.map(({ instanceId, bootAt }) => ({ data: instanceId, status: at < bootAt ? 'initial' : 'success' })),
    ...task.missing.map((instanceId) => ({ data: instanceId, status: isRunning(task, at) ? 'initial' : 'failed' })),
  ],
});

function taskPage(tasks: readonly Task[], query: URLSearchParams, at: number): Outcome {
  const page = pageOf(tasks, query, ['page_number', 'page_size']);
  if (page.kind === 'refused') return page;
  const page_info = { page_number: page.number, page_size: page.size, total_count: tasks.length };
  return found({ page_info, tasks: page.items.map((task) => taskEntry(task, at)) });
}

const nodeState = (node: Node, at: number) => (isReady(node, at) ? 'running' : 'initial');

const nodeEntry = (node: Node, at: number) => ({
  instance_id: node.instanceId,
  instance_type: node.instanceType,
  node_name: node.instanceId.replace('i-', 'iz'),
  node_status: isReady(node, at) ? 'Ready' : 'NotReady',
  state: nodeState(node, at),
  creation_time: utcTime(node.bootAt),
  expired_time: utcTime(node.expiresAt),
  error_message: '',
  nodepool_id: '',
});

const nodeStates = ['all', 'running', 'removing', 'initial', 'failed'];

function nodePage(cluster: Cluster, query: URLSearchParams, at: number): Outcome {
  const state = query.get('state') ?? 'all';
  if (!nodeStates.includes(state)) return serviceRefusal(400, 'InvalidParameter.state', 'state is not a node state');
  const nodes = nodesIn(cluster, at).filter((node) => state === 'all' || nodeState(node, at) === state);
  const page = pageOf(nodes, query, ['pageNumber', 'pageSize']);
  if (page.kind === 'refused') return page;
  return found({
    nodes: page.items.map((node) => nodeEntry(node, at)),
    page: { page_number: page.number, page_size: page.size, total_count: nodes.length },
  });
}

function pageOf<T>(items: readonly T[], query: URLSearchParams, [numberName, sizeName]: readonly [string, string]) {
  const number = positive(query.get(numberName) ?? '1');
  const size = positive(query.get(sizeName) ?? '10');
  if (number === undefined)
    return serviceRefusal(400, `InvalidParameter.${numberName}`, `${numberName} must be a positive integer`);
  if (size === undefined || size > 100)
    return serviceRefusal(400, `InvalidParameter.${sizeName}`, `${sizeName} must be an integer from 1 to 100`);
  return { kind: 'page' as const, number, size, items: items.slice((number - 1) * size, number * size) };
}

const positive = (text: string) => (/^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined);
