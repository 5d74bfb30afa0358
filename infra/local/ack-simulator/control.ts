// The control API: state, faults and console of the simulator. It needs no signatures.
import * as z from 'zod';
import type { AckCore } from '../../../functions/backtest/world/ack/core.ts';
import { faultSchema } from '../../../functions/backtest/world/ack/fault-schema.ts';
import { decodeSegment } from '../../../functions/backtest/world/ack/routes.ts';
import { clusterStates } from '../../../functions/backtest/world/ack/world.ts';
import { isObject, parseJson } from '../../../functions/domain/record.ts';

type ControlAnswer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

const purchaseSchema = z.strictObject({ clusterId: z.string(), count: z.int().min(1) });
/** A node that `serves` stays Ready although its lease is over. */
const leaseSchema = z.strictObject({ endsAt: z.iso.datetime(), serves: z.exactOptional(z.boolean()) });
const stateSchema = z.strictObject({ state: z.enum(clusterStates) });

export const isControlPath = (path: string) => path.startsWith('/_simulator/');

/** Wrong input is a 400 with the `field`, and changes nothing. */
export function control(core: AckCore, method: string, path: string, body: string): ControlAnswer {
  const [, clusterId] = /^\/_simulator\/clusters\/([^/]+)\/state$/.exec(path) ?? [];
  if (method === 'POST' && clusterId !== undefined) return setState(core, decodeSegment(clusterId) ?? '', body);
  const [, leaseOf = '', nodeId] = /^\/_simulator\/clusters\/([^/]+)\/nodes\/([^/]+)\/lease$/.exec(path) ?? [];
  if (method === 'POST' && nodeId !== undefined)
    return setLease(core, decodeSegment(leaseOf) ?? '', decodeSegment(nodeId) ?? '', body);
  switch (`${method} ${path}`) {
    case 'GET /_simulator/state':
      return { status: 200, body: stateOf(core) };
    case 'POST /_simulator/faults':
      return given(faultSchema, body, (fault) => {
        core.setFault(fault);
        return { status: 201, body: { faults: core.faults() } };
      });
    case 'DELETE /_simulator/faults':
      core.clearFaults();
      return { status: 200, body: { faults: core.faults() } };
    case 'POST /_simulator/console-purchase':
      return buy(core, body);
    default:
      return failed(404, `there is no ${method} ${path}`);
  }
}

const setState = (core: AckCore, clusterId: string, body: string) =>
  given(stateSchema, body, ({ state }) => {
    if (!isKnown(core, clusterId)) return failed(404, `there is no cluster ${clusterId}`);
    core.setClusterState(clusterId, state);
    return { status: 200, body: { clusterId, state } };
  });

const setLease = (core: AckCore, clusterId: string, instanceId: string, body: string) =>
  given(leaseSchema, body, ({ endsAt, serves = false }) => {
    if (!isKnown(core, clusterId)) return failed(404, `there is no cluster ${clusterId}`);
    if (!core.nodesOf(clusterId).some((node) => node.instanceId === instanceId))
      return failed(404, `there is no node ${instanceId}`);
    const at = Date.parse(endsAt);
    core.setLease(clusterId, instanceId, at, serves ? Number.POSITIVE_INFINITY : at);
    return { status: 200, body: { clusterId, instanceId, endsAt } };
  });

const buy = (core: AckCore, body: string) =>
  given(purchaseSchema, body, ({ clusterId, count }) => {
    if (!isKnown(core, clusterId)) return failed(404, `there is no cluster ${clusterId}`, 'clusterId');
    const taskId = core.consoleScaleOut(clusterId, count);
    return taskId === undefined ? failed(409, 'the cluster takes no scale-out') : { status: 201, body: { taskId } };
  });

const isKnown = (core: AckCore, id: string) => core.clusters().some((cluster) => cluster.id === id);

const failed = (status: number, error: string, field?: string): ControlAnswer => ({
  status,
  body: field === undefined ? { error } : { error, field },
});

function given<T>(schema: z.ZodType<T>, body: string, act: (input: T) => ControlAnswer): ControlAnswer {
  const json = parseJson(body);
  if (!isObject(json)) return failed(400, 'the body must be a JSON object');
  const result = schema.safeParse(json);
  if (result.success) return act(result.data);
  const [issue] = result.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  return failed(400, issue?.message ?? 'invalid', [...(issue?.path ?? []), ...unknown].join('.'));
}

const stateOf = (core: AckCore) => ({
  now: core.now(),
  clusters: core.clusters().map((cluster) => ({
    ...cluster,
    tasks: core.tasksOf(cluster.id),
    nodes: core.nodesOf(cluster.id),
  })),
  purchases: core.purchases(),
  faults: core.faults(),
});
