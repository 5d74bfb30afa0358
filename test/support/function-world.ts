// What the functions are tested in: the memory table and queue, and the simulator's core behind the real ACK client, on a
// clock that only the test moves. A test says which call fails, loses its answer, or is overtaken by somebody else.
import type { Transport } from '../../functions/adapters/ack/http-transport.ts';
import type { Alarms } from '../../functions/adapters/cloudwatch/alarms.ts';
import { createLedger, type Ledger } from '../../functions/adapters/ledger/ledger.ts';
import { createRecoveries, type Recoveries } from '../../functions/adapters/notes/recoveries.ts';
import { type Wait, type Waits, waitKey } from '../../functions/adapters/notes/waits.ts';
import type { AlertQueue } from '../../functions/adapters/queue/queue.ts';
import type { Log } from '../../functions/adapters/telemetry/log.ts';
import type { MetricDimensions, Metrics } from '../../functions/adapters/telemetry/metrics.ts';
import { wireFunctions } from '../../functions/backtest/wiring.ts';
import { type AckCoreOptions, createAckCore } from '../../functions/backtest/world/ack/core.ts';
import type { SimAnswer } from '../../functions/backtest/world/ack/messages.ts';
import { itemKey } from '../../functions/backtest/world/memory-table.ts';
import { createRandom } from '../../functions/backtest/world/random.ts';
import type { RawAnswer } from '../../functions/domain/ack/classify-response.ts';
import type { AwsHome } from '../../functions/domain/alerts/alarm-origin.ts';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import type { ClusterConfig } from '../../functions/domain/config/types.ts';
import type { Cluster, JobRecord, Purchase, Verdict } from '../../functions/domain/job/purchase.ts';
import type { MetricName } from '../../functions/domain/metrics.ts';
import { timings } from '../../functions/domain/timings.ts';
import type { View } from '../../functions/purchase/read-view.ts';
import { aPolicy, sampleAt } from './samples.ts';

/** `purchase` is the POST that spends money, `look` any read of the ACK API. */
export type CallKind = keyof Ledger | keyof Waits | keyof Recoveries | keyof AlertQueue | 'purchase' | 'look';
/** What becomes of a call: not carried out; carried out unheard; or carried out after somebody else did this. */
type Fate = 'fails' | 'loses its answer' | (() => unknown);

export interface FunctionWorldOptions extends Partial<Omit<AckCoreOptions, 'now' | 'clusters' | 'accessKeys'>> {
  readonly clusters?: Readonly<Record<string, ClusterConfig>>;
  readonly initialNodes?: number;
  /** Where its alarms are. */
  readonly home?: AwsHome;
  readonly startAt?: number;
  /** Milliseconds by which the gateway's clock is ahead. */
  readonly gatewaySkewMs?: number;
  /** By default there is no CloudWatch to ask. */
  readonly alarms?: Alarms;
}

interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Measurement {
  readonly name: MetricName;
  readonly value: number;
  readonly dimensions: MetricDimensions;
}

export const secrets = {
  accessKeyId: 'LTAI5tEXAMPLE',
  accessKeySecret: 'EXAMPLEsecret0123',
  loginPassword: 'Hello1234!',
};

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;

export type FunctionWorld = ReturnType<typeof createFunctionWorld>;

/** By default one cluster, `edge`, with four Ready nodes, that nobody else scales. */
export function createFunctionWorld(options: FunctionWorldOptions = {}) {
  const {
    clusters = { edge: aPolicy({ exclusive: true }) },
    initialNodes = 4,
    gatewaySkewMs = 0,
    alarms,
    ...core
  } = options;
  const config = checkedConfig({ clusters });
  let time = options.startAt ?? sampleAt;
  let random = 0.5;
  const now = () => time;
  const ack = createAckCore({
    random: createRandom(1),
    ...core,
    now: () => time + gatewaySkewMs,
    clusters: Object.values(clusters).map(({ id, region }) => ({ id, region, initialNodes })),
    accessKeys: [secrets],
  });
  const plans: { readonly kind: CallKind; left: number; readonly fate: Fate }[] = [];
  const calls: CallKind[] = [];
  const log: LogLine[] = [];
  const requests: { readonly method: string; readonly path: string; readonly body: string }[] = [];

  /** The fate that the test planned for this call, after whoever was to overtake it has done so. */
  async function fateOf(kind: CallKind): Promise<'fails' | 'loses its answer' | undefined> {
    calls.push(kind);
    for (const plan of plans) if (plan.kind === kind) plan.left -= 1;
    const due = plans.filter((plan) => plan.kind === kind && plan.left === 0).map(({ fate }) => fate);
    for (const fate of due) if (typeof fate === 'function') await fate();
    return due.find((fate) => typeof fate === 'string');
  }

  function watched<T extends object>(port: T): T {
    const methods: object = port;
    return new Proxy(port, {
      get:
        (_, name) =>
        async (...args: readonly unknown[]) => {
          const fate = await fateOf(name as CallKind);
          if (fate === 'fails') throw new Error(`simulated: ${String(name)} failed`);
          const answer: unknown = await Reflect.apply(Reflect.get(methods, name), methods, args);
          if (fate === 'loses its answer') throw new Error(`simulated: the answer to ${String(name)} was lost`);
          return answer;
        },
    });
  }

  const transport: Transport = async ({ method, url, headers, body = '' }) => {
    const { pathname: path, search } = new URL(url);
    const fate = await fateOf(method === 'POST' ? 'purchase' : 'look');
    if (fate === 'fails') return failure('ECONNREFUSED', false);
    requests.push({ method, path, body });
    const answer = ack.handle({ method, path, query: search.slice(1), headers, body });
    if (answer.delivery.kind === 'silence') time += timings.requestTimeoutMs;
    return fate === 'loses its answer' ? failure('ECONNRESET', true) : asRaw(answer);
  };

  const write =
    (level: LogLine['level']): Log['info'] =>
    (event, fields = {}) =>
      log.push({ level, event, fields });

  const measured: Measurement[] = [];
  const metrics: Metrics = {
    add: (name, value, dimensions = {}) => measured.push({ name, value, dimensions }),
    publish: () => undefined,
  };

  const commands: string[] = [];
  const { deps, table, notes, sqs, deliver, visit } = wireFunctions({
    ...{ config, now, alarms, transport, secrets, metrics, watched },
    // Where the alarms of the tests are from.
    home: options.home ?? { account: '111122223333', region: 'eu-west-1' },
    random: () => random,
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    onCommand: (command) => commands.push(command.constructor.name),
  });
  const ledger = createLedger(table.client, 'ledger');
  const put = (body: string, attributes?: Readonly<Record<string, string>>) => sqs.put(body, attributes);
  const reconcile = (name = 'edge', forMs?: number) => visit(name, forMs);
  const settle = async (purchase: Purchase, verdict: Verdict) =>
    ledger.settle(await ledger.readCluster('edge'), purchase, verdict, 0);
  const item = (pk: string): unknown => table.items.get(pk);

  return {
    deps,
    config,
    /** The ledger as others write to it: its calls are neither counted nor struck. */
    ledger,
    table,
    /** The notes as others write and read them: their calls are neither counted nor struck. */
    recoveries: createRecoveries(notes.client, 'notes', now),
    sqs,
    ack,
    calls: calls as readonly CallKind[],
    /** What reached the tables, by the name of the command. */
    commands: commands as readonly string[],
    log: log as readonly LogLine[],
    /** The values of a metric, each with its dimensions, in the order in which they were added. */
    measured: (name: MetricName) =>
      measured.filter((one) => one.name === name).map(({ value, dimensions }) => ({ value, ...dimensions })),
    /** What reached the ACK API. */
    requests: requests as readonly (typeof requests)[number][],
    now,
    pass(ms: number) {
      time += ms;
    },
    /** Every draw from now on. */
    roll(value: number) {
      random = value;
    },
    /** Plans what becomes of the n-th call of a kind, counted from now. */
    onCall(kind: CallKind, nth: number, fate: Fate) {
      plans.push({ kind, left: nth, fate });
    },
    /** As it stands in the table. */
    cluster: (name = 'edge') => item(`CLUSTER#${name}`) as Omit<Cluster, 'name'>,
    job: (key: string) => item(`JOB#${key}`) as JobRecord | undefined,
    wait: (key: string) => notes.items.get(itemKey(waitKey(key))) as Wait | undefined,
    async view(keys: readonly string[], name = 'edge'): Promise<View> {
      return { cluster: await ledger.readCluster(name), jobs: await ledger.readJobs(keys), ends: new Map() };
    },
    /** What somebody else writes: by a command, or by another visit. */
    arm: async (purchase: Purchase) => ledger.arm(await ledger.readCluster('edge'), purchase),
    settle,
    async settleSlot(verdict: Verdict) {
      const { purchase } = await ledger.readCluster('edge');
      if (purchase) await settle(purchase, verdict);
    },
    pause: async (...of: Tail<Parameters<Ledger['pause']>>) => ledger.pause(await ledger.readCluster('edge'), ...of),
    put,
    deliver,
    reconcile,
    /** Puts a message, and delivers all that is visible. */
    handle(...message: Parameters<typeof put>) {
      put(...message);
      return deliver();
    },
    reconcileAfter(ms: number) {
      time += ms;
      return reconcile();
    },
    /** All that the world keeps or prints, as one text. */
    everything: () => JSON.stringify([[...table.items, ...notes.items], sqs.messages, sqs.deadLetters, log]),
  };
}

/** A person's job, as `scale-out enqueue` writes it. */
export function aManualBody(of: Readonly<Record<string, unknown>> = {}): string {
  const asked = 'add' in of || 'reach' in of ? {} : { add: 3 };
  const requestedAt = new Date(sampleAt).toISOString();
  return JSON.stringify({
    ...{ version: 1, kind: 'manual', key: 'sale-1', cluster: 'edge', requestedBy: 'ann', requestedAt },
    ...asked,
    ...of,
  });
}

/** The SNS message of an alarm whose metric is beyond its threshold by so much. */
export function anAlarmBody(by: number, { alarm = 'edge-cpu', at = sampleAt } = {}): string {
  return JSON.stringify({
    AlarmName: alarm,
    AlarmArn: `arn:aws:cloudwatch:eu-west-1:111122223333:alarm:${alarm}`,
    NewStateValue: 'ALARM',
    NewStateReason: `Threshold Crossed: 1 datapoint [${50 + by}.0 (11/11/26 08:00:00)] was greater than the threshold (50.0).`,
    StateChangeTime: new Date(at).toISOString().replace('Z', '+0000'),
  });
}

export interface SampleAlert {
  /** Also its fingerprint. */
  readonly name: string;
  /** How far its value is beyond its threshold; aPolicy adds 1 node from 0 on, and 3 from 20 on. */
  readonly by?: number;
  readonly startsAt?: number;
  /** It is over. */
  readonly endsAt?: number;
  readonly rule?: string;
}

/** What Alertmanager posts for the cluster `edge`. */
export function aGroup(...alerts: readonly SampleAlert[]): string {
  const iso = (at: number): string => new Date(at).toISOString();
  return JSON.stringify({
    version: '4',
    alerts: alerts.map(({ name, by = 5, startsAt = sampleAt, endsAt, rule = 'edge-cpu' }) => ({
      status: endsAt === undefined ? 'firing' : 'resolved',
      labels: { alertname: rule, instance: name },
      annotations: { value: String(50 + by), threshold: '50' },
      startsAt: iso(startsAt),
      endsAt: endsAt === undefined ? '0001-01-01T00:00:00Z' : iso(endsAt),
      fingerprint: name,
    })),
  });
}

const failure = (code: string, connected: boolean): RawAnswer => ({
  kind: 'failure',
  code,
  connected,
  message: 'simulated',
});

function asRaw({ status, headers, body, delivery }: SimAnswer): RawAnswer {
  return delivery.kind === 'answer' ? { kind: 'answer', status, headers, body } : failure('ECONNRESET', true);
}
