// The schema of functions/config.ts. `cdk synth`, `npm start` and `npx scale-out check` list all problems at once.
import * as z from 'zod/mini';
import { workerTemplateSchema } from '../ack/scale-out-request.ts';
import { instantAllowed, readInstant } from '../instant.ts';
import { listProblems } from '../problems.ts';
import { largestDistance, smallestDistance } from '../quantity.ts';
import { isObject, own } from '../record.ts';
import { defaults } from './defaults.ts';
import { text, wholeNumber, yesOrNo } from './fields.ts';
import { ruleProblems } from './rules.ts';
import { scheduleRemedy, scheduleSyntax } from './schedule-expression.ts';
import { stackSchema } from './stack-schema.ts';
import type { Config } from './types.ts';

/** Hundredths, so that sums are exact. */
const money = (what: string) => {
  const allowed = `use a number from 0.01 to 1000000000 with at most two decimals (${what})`;
  return z
    .number(allowed)
    .check(z.refine((n) => n >= 0.01 && n <= 1_000_000_000 && Math.round(n * 100) / 100 === n, allowed));
};
const nodes = wholeNumber(1, 1000, 'nodes');

const bound = (remedy: string) =>
  z.number(remedy).check(
    z.refine((n) => n >= 0, 'use 0 or more: a breach is never negative'),
    z.refine((n) => n <= 0 || (n >= smallestDistance && n <= largestDistance), {
      error: `use 0, or a number from ${smallestDistance} to ${largestDistance}`,
    }),
  );

const step = z.strictObject({
  lowerBound: bound('use a number, relative to the threshold'),
  upperBound: z.exactOptional(bound('use a number, relative to the threshold, or leave it out on the last step')),
  add: z.exactOptional(nodes),
  percent: z.exactOptional(wholeNumber(1, 1000, 'percent of the Ready nodes')),
});

const alarm = z.strictObject({
  name: text('use the name of the alarm, 1 to 255 characters, with * for any run of characters', /^.{1,255}$/u),
  steps: z.array(step, 'list at least one step'),
  again: z.exactOptional(
    z.strictObject(
      // The ledger keeps a verdict for an hour after its nodes came.
      { afterMinutes: wholeNumber(1, 60, 'minutes'), times: wholeNumber(1, 100, 'further purchases for one alert') },
      'use afterMinutes and times',
    ),
  ),
});

const timezoneAllowed = 'use an IANA time zone, such as Asia/Shanghai';

const schedule = z.strictObject({
  name: text('use 1 to 48 letters, digits, - or _', /^[A-Za-z0-9_-]{1,48}$/),
  at: z
    .string(scheduleSyntax)
    .check(z.refine((at) => scheduleRemedy(at) === undefined, { error: ({ input }) => scheduleRemedy(String(input)) })),
  timezone: z.exactOptional(z.string(timezoneAllowed).check(z.refine(isTimeZone, timezoneAllowed))),
  add: z.exactOptional(nodes),
  reach: z.exactOptional(nodes),
  // As the message of an occurrence is read.
  until: z.exactOptional(
    z.string(instantAllowed).check(z.refine((until) => readInstant(until) !== undefined, instantAllowed)),
  ),
});

const limits = z.strictObject(
  {
    maxNodes: nodes,
    maxPerPurchase: nodes,
    maxPerDay: nodes,
    budgetPerMonth: z.exactOptional(money('in the currency of price')),
  },
  'use maxNodes, maxPerPurchase and maxPerDay',
);
const price = z.strictObject(
  {
    perNodeMonth: money('the price of one node for one month'),
    currency: text('use a three-letter currency code, such as CNY', /^[A-Z]{3}$/),
  },
  'use perNodeMonth and currency',
);

const cluster = z.strictObject({
  id: text('use the id of the ACK cluster, such as Cccfd68c474454665ace07efce924aaaa', /^c[0-9a-f]{32}$/i),
  region: text('use the region of the cluster, such as cn-hangzhou', /^[a-z]{2}-[a-z0-9-]{2,40}$/),
  worker: workerTemplateSchema,
  limits,
  price: z.exactOptional(price),
  cooldownMinutes: wholeNumber(0, 180, 'minutes'),
  staleAfterMinutes: z._default(wholeNumber(1, 1440, 'minutes'), defaults.cluster.staleAfterMinutes),
  nodeJoinTimeoutMinutes: z._default(wholeNumber(5, 1440, 'minutes'), defaults.cluster.nodeJoinTimeoutMinutes),
  exclusive: yesOrNo(defaults.cluster.exclusive),
  rearm: yesOrNo(defaults.cluster.rearm),
  dryRun: yesOrNo(defaults.cluster.dryRun),
  alarms: z._default(z.array(alarm, 'list the alarms'), [...defaults.cluster.alarms]),
  schedules: z._default(z.array(schedule, 'list the schedules'), [...defaults.cluster.schedules]),
});

/** `when` runs it although other fields are wrong, so that one pass reports everything. */
const budgetHasPrice = z.refine<unknown>(
  (value) => {
    const [limited, priced] = isObject(value) ? [own(value, 'limits'), own(value, 'price')] : [];
    return !isObject(limited) || own(limited, 'budgetPerMonth') === undefined || priced !== undefined;
  },
  { error: 'limits.budgetPerMonth needs the price of a node', path: ['price'], when: () => true },
);

const names = (initial: readonly string[]) =>
  z._default(z.array(z.string('use a label name'), 'list label names'), [...initial]);

const configSchema = z.strictObject({
  clusters: z.record(
    text('use 1 to 32 lower-case letters, digits or -', /^[a-z0-9][a-z0-9-]{0,31}$/),
    cluster.check(budgetHasPrice),
    'configure at least one cluster',
  ),
  labels: z.prefault(
    z.strictObject({
      cluster: names(defaults.labels.cluster),
      value: names(defaults.labels.value),
      threshold: names(defaults.labels.threshold),
    }),
    {},
  ),
  stack: stackSchema,
});

/** The valid parts of an invalid config, for the rules between fields. */
const ifRight = <T extends z.ZodMiniType>(schema: T) => z.catch(z.optional(schema), undefined);
const eachIfRight = <T extends Readonly<Record<string, z.ZodMiniType>>>(shape: T) => {
  const fields = Object.entries(shape).map(([name, field]) => [name, ifRight(field)]);
  return ifRight(z.object(Object.fromEntries(fields) as { [K in keyof T]: ReturnType<typeof ifRight<T[K]>> }));
};
const readableSchema = z.object({
  clusters: z.record(
    z.string(),
    z.catch(
      z.object({
        id: ifRight(cluster.shape.id),
        worker: ifRight(cluster.shape.worker),
        limits: eachIfRight(limits.shape),
        price: eachIfRight(price.shape),
        alarms: ifRight(z.array(ifRight(alarm))),
        schedules: ifRight(z.array(ifRight(schedule))),
      }),
      {},
    ),
  ),
});

/** The config with its defaults, or every problem in one line each. */
export function readConfig(input: unknown): { readonly config: Config } | { readonly problems: readonly string[] } {
  const parsed = configSchema.safeParse(input);
  if (parsed.success) {
    const config: Config = parsed.data;
    const problems = ruleProblems(config.clusters);
    return problems.length > 0 ? { problems } : { config };
  }
  const readable = readableSchema.safeParse(input);
  return {
    problems: [
      ...listProblems(parsed.error.issues, input),
      ...(readable.success ? ruleProblems(readable.data.clusters) : []),
    ],
  };
}

/** A mistake in the config: print its message without the stack. */
export class ConfigError extends Error {}

/** @param name of the config, for the message @throws ConfigError that lists every problem */
export function checkedConfig(input: unknown, name = 'functions/config.ts'): Config {
  const read = readConfig(input);
  if ('config' in read) return read.config;
  throw new ConfigError(`${name} has ${read.problems.length} problem(s):\n  ${read.problems.join('\n  ')}`);
}

/**
 * An IANA name in its exact spelling: Intl also accepts offsets and any case. Not an abbreviation: Intl takes CST for Chicago, and
 * its writer may mean Shanghai.
 */
function isTimeZone(name: string): boolean {
  if (/^[A-Z]{2,5}$/.test(name) && !['UTC', 'GMT'].includes(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return /^[A-Z]/.test(name) && (timeZone === name || timeZone.toLowerCase() !== name.toLowerCase());
  } catch {
    return false;
  }
}
