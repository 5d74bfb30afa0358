// Plays a trace of load through the functions as they are shipped, minute by minute, on a simulated clock: how many nodes they buy, and
// for how long the load needs more nodes than are Ready.
import type { ClusterConfig } from '../../functions/domain/config/types.ts';
import { isDue } from '../../functions/reconcile/is-due.ts';
import { checkIntervalMs, raiseMissedAlarms } from '../../functions/reconcile/raise-missed-alarms.ts';
import { home } from '../simulation/cloudwatch.ts';
import { createFunctionWorld } from '../support/function-world.ts';
import { minute } from '../support/samples.ts';
import { createLoadAlarm } from './load-alarm.ts';
import type { Trace } from './trace.ts';

export interface Setting {
  /** Ready from the start. */
  readonly initialNodes: number;
  /** What one node can do in a minute, in the unit of the trace. */
  readonly loadPerNode: number;
  /** Whole minutes until CloudWatch has the value of a minute. */
  readonly metricLagMinutes: number;
  /** Whether an alarm that stands is decided by the value of now; otherwise by that with which it went off. */
  readonly readsMetric: boolean;
}

export interface Figures {
  readonly purchases: number;
  /** Those for an alarm that stood on. */
  readonly askedAgain: number;
  readonly nodesBought: number;
  /** Ready at the same time. */
  readonly mostNodes: number;
  readonly nodeHours: number;
  /** Minutes in which the load needs more nodes than are Ready. */
  readonly minutesShort: number;
  /** The missing nodes of those minutes, added up. */
  readonly nodeMinutesShort: number;
  /** Those minutes by what keeps the cluster short: no alarm yet; bought nodes are not Ready yet; or a limit, or the wait to ask again. */
  readonly minutesShortBy: { readonly beforeAlarm: number; readonly onTheirWay: number; readonly otherwise: number };
  /** When each purchase was made, epoch milliseconds. */
  readonly purchasedAt: readonly number[];
}

/** A node that does more than this share of what it can is short of help; the alarm has the same threshold. */
const fullShare = 0.7;

/** Nodes are paid for a month, so a trace should not be longer. */
export async function playTrace(trace: Trace, policy: ClusterConfig, setting: Setting): Promise<Figures> {
  const { initialNodes, loadPerNode, metricLagMinutes, readsMetric } = setting;
  const [rule] = policy.alarms;
  if (!rule) throw new Error('the policy has no alarm rule');
  const alarm = createLoadAlarm(rule.name.replaceAll('*', 'load'), readsMetric);
  const { alarms } = alarm;
  const world = createFunctionWorld({
    clusters: { edge: policy },
    home,
    startAt: trace.startAt,
    initialNodes,
    alarms,
    verifySignatures: false,
  });
  const { deps, config, now } = world;
  const check = { ...deps, config, stackName: 'EdgeScaleOut', alarms };
  const checkEveryMs = checkIntervalMs(config);
  const isReady = ({ status, expiresAt }: ReturnType<typeof world.ack.nodesOf>[number]) =>
    status === 'Ready' && expiresAt > now();
  const minutesShortBy = { beforeAlarm: 0, onTheirWay: 0, otherwise: 0 };
  const cause = (ready: number): keyof typeof minutesShortBy => {
    if (!alarm.isInAlarm()) return 'beforeAlarm';
    return initialNodes + boughtNodes(world.ack.purchases()) > ready ? 'onTheirWay' : 'otherwise';
  };
  let [mostNodes, nodeMinutes, minutesShort, nodeMinutesShort] = [0, 0, 0, 0];
  const values: number[] = [];
  for (const load of trace.loads) {
    const ready = world.ack.nodesOf(policy.id).filter(isReady).length;
    const missing = Math.max(0, Math.ceil(load / (loadPerNode * fullShare)) - ready);
    mostNodes = Math.max(mostNodes, ready);
    nodeMinutes += ready;
    nodeMinutesShort += missing;
    values.push((100 * load) / (loadPerNode * ready));
    const value = values.at(-1 - metricLagMinutes);
    const notification = value === undefined ? undefined : alarm.record({ at: now(), value });
    if (notification !== undefined) world.put(notification);
    await world.reconcile();
    if (isDue(now(), checkEveryMs)) await raiseMissedAlarms(check);
    if (world.sqs.visible().length > 0) await world.deliver();
    if (missing > 0) {
      minutesShort += 1;
      minutesShortBy[cause(ready)] += 1;
    }
    world.pass(minute);
  }
  const purchases = world.ack.purchases();
  return {
    purchases: purchases.length,
    // An ask that buys nothing leaves no record.
    askedAgain: [...world.table.items.keys()].filter((pk) => pk.startsWith('JOB#') && /\/again\/\d+$/.test(pk)).length,
    nodesBought: boughtNodes(purchases),
    mostNodes,
    nodeHours: Math.round(nodeMinutes / 60),
    minutesShort,
    nodeMinutesShort,
    minutesShortBy,
    purchasedAt: purchases.map(({ at }) => at),
  };
}

const boughtNodes = (purchases: readonly { readonly count: number }[]): number =>
  purchases.reduce((all, { count }) => all + count, 0);
