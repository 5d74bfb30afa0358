// What a stack costs, from what it consists of and what was counted. Without any free tier: an account has one, and may have used it.
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';

const pricesSchema = z.strictObject({
  /** On which they were read. */
  date: z.string(),
  region: z.string(),
  currency: z.string(),
  metricMonth: z.number(),
  /** For each metric that an alarm evaluates: an anomaly is found with three. */
  alarmMetricMonth: z.number(),
  dashboardMonth: z.number(),
  logGigabyte: z.number(),
  cloudWatchCallsPerThousand: z.number(),
  lambdaGigabyteSecond: z.number(),
  lambdaRequestsPerMillion: z.number(),
  dynamoDbReadsPerMillion: z.number(),
  dynamoDbWritesPerMillion: z.number(),
  sqsRequestsPerMillion: z.number(),
  snsPublishesPerMillion: z.number(),
  secretMonth: z.number(),
  secretCallsPerTenThousand: z.number(),
  keyMonth: z.number(),
});
export type Prices = z.infer<typeof pricesSchema>;

export const prices: Prices = pricesSchema.parse(
  JSON.parse(readFileSync(new URL('./prices-2026-11-30.json', import.meta.url), 'utf8')),
);

/** What the template has. */
export interface Parts {
  /** That all alarms evaluate. */
  readonly alarmMetrics: number;
  readonly dashboards: number;
  readonly secrets: number;
  readonly keys: number;
}

/** What was used, by any number of invocations. */
export interface Use {
  readonly invocations: number;
  readonly gigabyteSeconds: number;
  readonly logBytes: number;
  /** Items read consistently, and items written with those of an index. Each is smaller than one unit. */
  readonly reads: number;
  readonly writes: number;
  readonly sqsRequests: number;
  readonly secretCalls: number;
  readonly cloudWatchCalls: number;
  readonly publishes: number;
}

export interface Line {
  readonly what: string;
  readonly usd: number;
}

/** @param series time series that have a value in each hour */
export const fixedLines = ({ alarmMetrics, dashboards, secrets, keys }: Parts, series: number, of = prices): Line[] => [
  { what: `${series} metrics`, usd: series * of.metricMonth },
  { what: `alarms on ${alarmMetrics} metrics`, usd: alarmMetrics * of.alarmMetricMonth },
  { what: 'dashboard', usd: dashboards * of.dashboardMonth },
  { what: `${secrets} secrets`, usd: secrets * of.secretMonth },
  ...(keys > 0 ? [{ what: 'key', usd: keys * of.keyMonth }] : []),
];

export const useLines = (use: Use, of = prices): Line[] => [
  {
    what: 'Lambda',
    usd: use.gigabyteSeconds * of.lambdaGigabyteSecond + (use.invocations * of.lambdaRequestsPerMillion) / 1e6,
  },
  {
    what: 'DynamoDB',
    usd: (use.reads * of.dynamoDbReadsPerMillion + use.writes * of.dynamoDbWritesPerMillion) / 1e6,
  },
  { what: 'SQS', usd: (use.sqsRequests * of.sqsRequestsPerMillion) / 1e6 },
  { what: 'logs', usd: (use.logBytes * of.logGigabyte) / 1e9 },
  {
    what: 'other calls',
    usd:
      (use.secretCalls * of.secretCallsPerTenThousand) / 1e4 +
      (use.cloudWatchCalls * of.cloudWatchCallsPerThousand) / 1e3 +
      (use.publishes * of.snsPublishesPerMillion) / 1e6,
  },
];

export const totalOf = (lines: readonly Line[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);
