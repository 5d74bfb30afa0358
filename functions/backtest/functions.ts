// The functions over an ACK service in memory, on a clock that only the backtest moves.
import type { Transport } from '../adapters/ack/http-transport.ts';
import type { Alarms } from '../adapters/cloudwatch/alarms.ts';
import type { Log } from '../adapters/telemetry/log.ts';
import { completeConfig } from '../domain/config/defaults.ts';
import type { ClusterConfig } from '../domain/config/types.ts';
import type { Cluster, JobRecord } from '../domain/job/purchase.ts';
import { isDue } from '../reconcile/is-due.ts';
import { checkIntervalMs, raiseMissedAlarms } from '../reconcile/raise-missed-alarms.ts';
import { home } from './load-alarm.ts';
import { wireFunctions } from './wiring.ts';
import { type AckCoreOptions, createAckCore } from './world/ack/core.ts';
import { createRandom } from './world/random.ts';

interface FunctionsOptions {
  readonly cluster: string;
  readonly policy: ClusterConfig;
  readonly now: () => number;
  readonly alarms: Alarms;
  readonly initialNodes: number;
  /** Bought nodes leave when their lease ends. */
  readonly leasesEnd: boolean;
  readonly pace: Pick<AckCoreOptions, 'taskDurationMs' | 'nodeJoinMs'>;
  /** Percent of purchases that are refused for lack of stock. */
  readonly failPercent: number;
  readonly onLog: Log['info'];
}

const secrets = { accessKeyId: 'backtest', accessKeySecret: 'backtest', loginPassword: 'Backtest1!' };

export type Functions = ReturnType<typeof createFunctions>;

export function createFunctions(options: FunctionsOptions) {
  const { cluster, policy, now, alarms, initialNodes, leasesEnd, pace, failPercent, onLog } = options;
  const config = completeConfig({ clusters: { [cluster]: policy } });
  const ack = createAckCore({
    ...{ ...pace, now, random: createRandom(1), accessKeys: [], verifySignatures: false },
    clusters: [{ id: policy.id, region: policy.region, initialNodes, leasesEnd }],
  });
  const luck = createRandom(2);

  const transport: Transport = async ({ method, url, headers, body = '' }) => {
    const { pathname: path, search } = new URL(url);
    if (method === 'POST' && failPercent > 0 && luck() * 100 < failPercent)
      ack.setFault({ kind: 'no-stock', times: 1 });
    const { status, headers: told, body: answer } = ack.handle({ method, path, query: search.slice(1), headers, body });
    return { kind: 'answer', status, headers: told, body: answer };
  };
  const { deps, table, sqs, deliver, visit } = wireFunctions({
    ...{ config, home, now, alarms, transport, secrets },
    random: () => 0.5,
    log: { info: onLog, warn: onLog, error: onLog },
    metrics: { add: () => undefined, publish: () => undefined },
  });
  // No alarm of a backtest is one of the stack's own.
  const check = { ...deps, stackName: ' ', alarms };
  const checkEveryMs = checkIntervalMs(config);

  return {
    ack,
    put: (body: string) => sqs.put(body),
    hasMessages: (): boolean => sqs.messages.length > 0 && sqs.visible().length > 0,
    deliver,
    visit: (): Promise<void> => visit(cluster),
    isCheckDue: (): boolean => isDue(now(), checkEveryMs),
    checkAlarms: (): Promise<void> => raiseMissedAlarms(check),
    /** As it stands in the ledger; the same object until it changes. */
    clusterItem: () => table.items.get(`CLUSTER#${cluster}`) as Omit<Cluster, 'name'> | undefined,
    jobRecord: (key: string) => table.items.get(`JOB#${key}`) as JobRecord | undefined,
  };
}
