// How long a backtest takes, and its heart, one policy, beside the loop that lets every minute happen.
import { type BacktestRequest, backtest as backtestAll } from '../../functions/backtest/backtest.ts';
import { play } from '../../functions/backtest/play.ts';
import { demandOf, type Trace } from '../../functions/backtest/trace.ts';
import { occurrencesOf } from '../../functions/cli/report/aws-cron.ts';
import { aPolicy, day, minute } from '../support/samples.ts';
import { decimals } from './figures.ts';
import type { Part } from './part.ts';

const cluster = 'edge';
const again = { afterMinutes: 5, times: 20 };
const policy = aPolicy({
  ...{ exclusive: true, cooldownMinutes: 5, price: { perNodeMonth: 180, currency: 'CNY' } },
  limits: { maxNodes: 24, maxPerPurchase: 5, maxPerDay: 24, budgetPerMonth: 6000 },
  alarms: [
    {
      name: 'edge-*',
      steps: [
        { lowerBound: 0, upperBound: 20, add: 1 },
        { lowerBound: 20, add: 3 },
      ],
      again,
    },
  ],
});
const world: BacktestRequest['world'] = {
  ...{
    initialNodes: 6,
    taskMinutes: 4,
    joinMinutes: 2.5,
    failPercent: 0,
    renew: false,
    fullPercent: 70,
    occurrencesOf,
  },
  alarm: { kind: 'threshold', name: 'edge-load', above: 70, of: 'percent', forMinutes: 3, lagMinutes: 0 },
};

/** Days of 6 nodes and evenings of 16, with one in ten that wants 30: more than the policy may buy. */
function traceOf(days: number): Trace {
  const minutesPerDay = day / minute;
  const loads = Array.from({ length: days * minutesPerDay }, (_, at) => {
    const evening = Math.max(0, Math.sin((2 * Math.PI * at) / minutesPerDay)) ** 4;
    const peak = Math.floor(at / minutesPerDay) % 10 === 9 ? 26 : 12;
    return Math.round(70 * (4 + peak * evening));
  });
  return { startAt: Date.parse('2026-01-01T00:00:00Z'), loads, perNode: 100, kind: 'load' };
}

export const backtest: Part = async ({ scale, onProgress }) => {
  const rows = [];
  for (const [name, days] of Object.entries(scale.backtestDays)) {
    onProgress(`backtest: a ${name}`);
    rows.push({ name, days, ...(await measure(days)) });
  }
  const ms = decimals(0);
  const megabytes = (bytes: number) => decimals(0)(bytes / 1e6);
  const limits = { month: 3, year: 30 } as const;
  return {
    data: rows,
    tables: [
      {
        title: 'A backtest of one policy',
        head: ['', 'minutes', 'ms', 'ms, every minute', 'ms with rivals and figures', 'purchases', 'heap, MB'],
        rows: rows.map(({ name, days, skippingMs, everyMinuteMs, allMs, purchases, heapBytes }) => [
          ...[name, String((days * day) / minute), ms(skippingMs), ms(everyMinuteMs), ms(allMs)],
          ...[String(purchases), megabytes(heapBytes)],
        ]),
        note: 'Both loops make the same decisions. The heap is what is in use after it, the load itself included.',
      },
    ],
    targets: rows.flatMap(({ name, allMs }) => {
      const limit = limits[name as keyof typeof limits];
      return {
        what: `a ${name} of minutes in a backtest`,
        limit: `${limit} s`,
        figure: `${decimals(1)(allMs / 1000)} s`,
        reached: allMs < limit * 1000,
      };
    }),
  };
};

async function measure(days: number) {
  const trace = traceOf(days);
  const setting = { cluster, policy, trace, demand: demandOf(trace, world.fullPercent), world };
  const [played, skippingMs] = await timed(() => play(setting));
  const [naive, everyMinuteMs] = await timed(() => play({ ...setting, everyMinute: true }));
  if (JSON.stringify(naive.decisions) !== JSON.stringify(played.decisions))
    throw new Error('the two loops do not decide the same');
  const [, allMs] = await timed(() =>
    backtestAll({
      ...{ cluster, trace, world, suggest: false, onProgress: () => undefined },
      input: { name: 'load.csv', format: 'csv', problems: [] },
      policy: { name: 'functions/config.ts', policy },
    }),
  );
  const { heapUsed } = process.memoryUsage();
  return { skippingMs, everyMinuteMs, allMs, purchases: played.purchases.length, heapBytes: heapUsed };
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const startedAt = performance.now();
  return [await work(), performance.now() - startedAt];
}
