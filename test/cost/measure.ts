// What invocations of the deployed bundles use, counted at the services, with a network and the share of a processor that they have.
import { batchOf, buy, staleAlarm } from '../bench/alerts.ts';
import type { Calls } from '../bench/environment/calls.ts';
import { canLimitCpu } from '../bench/function/limit-cpu.ts';
import { expectAnswered } from '../bench/outcomes.ts';
import type { World } from '../bench/world.ts';
import type { Use } from './bill.ts';

/** Lambda gives one processor with so many MB. */
const megabytesPerProcessor = 1769;

interface Measured {
  readonly use: Use;
  /** Time series that got a value. */
  readonly series: number;
}

const ofDynamoDb = (calls: Calls, ...names: readonly string[]) =>
  names.reduce((sum, name) => sum + (calls[`DynamoDB.${name}`] ?? 0), 0);

const lineSchema = (line: string) => JSON.parse(line) as Readonly<Record<string, unknown>>;

/** The series of lines in CloudWatch's embedded format, without that of the clock, which has a value in some minutes only. */
export function seriesIn(lines: readonly string[]): number {
  const found = new Set<string>();
  for (const line of lines.map(lineSchema)) {
    const { CloudWatchMetrics = [] } = (line['_aws'] ?? {}) as {
      readonly CloudWatchMetrics?: readonly {
        readonly Dimensions: readonly (readonly string[])[];
        readonly Metrics: readonly { readonly Name: string }[];
      }[];
    };
    for (const { Dimensions, Metrics } of CloudWatchMetrics)
      for (const dimensions of Dimensions)
        for (const { Name } of Metrics.filter((metric) => metric.Name !== 'ClockSkew'))
          found.add(JSON.stringify([Name, ...dimensions.map((dimension) => [dimension, line[dimension]])]));
  }
  return found.size;
}

interface Order {
  readonly world: World;
  readonly name: 'scale-out' | 'reconcile';
  readonly memory: number;
  readonly clusters: readonly string[];
  readonly events: readonly unknown[];
  /** Not counted: what only a new process does. */
  readonly first: readonly unknown[];
  /** Items that one read of a batch brings. */
  readonly itemsPerBatch: number;
}

export async function measure({
  world,
  name,
  memory,
  clusters,
  events,
  first,
  itemsPerBatch,
}: Order): Promise<Measured> {
  const { workshop, reset, take, inProcess } = world;
  await reset(clusters);
  const bundle = name === 'scale-out' ? workshop.contestant('ours') : workshop.function(name);
  const share = canLimitCpu() && memory < megabytesPerProcessor ? memory / megabytesPerProcessor : undefined;
  const how = { overNetwork: true, readsLog: true, ...(share !== undefined && { cpuShare: share }) };
  return inProcess(
    bundle,
    async ({ invoke, log }) => {
      expectAnswered((await invoke(first)).values);
      await take();
      const from = log().length;
      const { values, wallMs } = await invoke(events);
      expectAnswered(values);
      const { calls } = await take();
      const lines = log().slice(from);
      return {
        series: seriesIn(lines),
        use: {
          invocations: events.length,
          gigabyteSeconds: (wallMs / 1000) * (memory / 1024),
          logBytes: lines.reduce((sum, line) => sum + line.length + 1, 0),
          reads: ofDynamoDb(calls, 'GetItem', 'Query') + itemsPerBatch * ofDynamoDb(calls, 'BatchGetItem'),
          // A record is in the index as well.
          writes: ofDynamoDb(calls, 'UpdateItem') + 2 * ofDynamoDb(calls, 'PutItem'),
          sqsRequests: calls['SQS.SendMessage'] ?? 0,
          secretCalls: calls['SecretsManager.GetSecretValue'] ?? 0,
          cloudWatchCalls: 0,
          publishes: 0,
        },
      };
    },
    how,
  );
}

export const scaled = (use: Use, by: number): Use =>
  Object.fromEntries(Object.entries(use).map(([name, value]) => [name, value * by])) as unknown as Use;

export const buys = (clusters: readonly string[], times: number, series: string) =>
  Array.from({ length: times }, (_, n) => batchOf([buy(clusters[n % clusters.length] ?? '', `${series}-${n}`)]));

export const skips = (clusters: readonly string[], times: number, from: number) =>
  Array.from({ length: times }, (_, n) =>
    batchOf([staleAlarm(clusters[n % clusters.length] ?? '', from + n, Date.now())]),
  );
