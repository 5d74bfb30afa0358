// A backtest of a few loads by hand: four nodes of 100 each, and an alarm at 70 % for three minutes.
import { type BacktestRequest, backtest } from '../../functions/backtest/backtest.ts';
import { type Played, play, type World } from '../../functions/backtest/play.ts';
import type { BacktestResult } from '../../functions/backtest/result.ts';
import { demandOf, type Trace } from '../../functions/backtest/trace.ts';
import { occurrencesOf } from '../../functions/cli/report/aws-cron.ts';
import type { ClusterConfig } from '../../functions/domain/config/types.ts';
import { aPolicy, sampleAt } from '../support/samples.ts';

const alarm = { kind: 'threshold', name: 'edge-load', above: 70, of: 'percent', forMinutes: 3, lagMinutes: 0 } as const;

/** Nodes of a purchase boot over four minutes, and are Ready two and a half minutes later. */
export const aWorld = ({ lagMinutes = 0, ...of }: Partial<World> & { readonly lagMinutes?: number } = {}): World => ({
  ...{ initialNodes: 4, taskMinutes: 4, joinMinutes: 2.5, failPercent: 0, renew: true, fullPercent: 70, occurrencesOf },
  alarm: { ...alarm, lagMinutes },
  ...of,
});

/** @param startAt epoch milliseconds */
export const aTrace = (loads: Trace['loads'], startAt = sampleAt): Trace => ({
  ...{ startAt, loads, perNode: 100, kind: 'load' },
});

/** At 180 CNY a node. */
export const pricedPolicy = (of: Parameters<typeof aPolicy>[0] = {}): ClusterConfig =>
  aPolicy({ exclusive: true, price: { perNodeMonth: 180, currency: 'CNY' }, ...of });

interface Given {
  readonly policy?: ClusterConfig;
  readonly world?: World;
  readonly startAt?: number;
  readonly everyMinute?: true;
}

export function playLoads(loads: Trace['loads'], given: Given = {}): Promise<Played> {
  const { policy = pricedPolicy(), world = aWorld(), startAt, everyMinute } = given;
  const trace = aTrace(loads, startAt);
  const demand = demandOf(trace, world.fullPercent);
  return play({ cluster: 'edge', policy, trace, demand, world, ...(everyMinute && { everyMinute }) });
}

export function backtestLoads(
  loads: Trace['loads'],
  {
    policy = pricedPolicy(),
    world = aWorld(),
    startAt,
    ...of
  }: Given & Pick<Partial<BacktestRequest>, 'against' | 'suggest'> = {},
): Promise<BacktestResult> {
  return backtest({
    cluster: 'edge',
    trace: aTrace(loads, startAt),
    input: { name: 'load.csv', format: 'csv', problems: [] },
    ...{ world, suggest: false, onProgress: () => undefined },
    ...of,
    policy: { name: 'functions/config.ts', policy },
  });
}

/** The same load for so many minutes. */
export const steady = (load: number, minutes: number): number[] => Array.from({ length: minutes }, () => load);
