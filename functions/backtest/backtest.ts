// A backtest: the policies and their rivals, each over the same trace in the same world.
import type { ClusterConfig } from '../domain/config/types.ts';
import { plural } from '../domain/plural.ts';
import { runOf } from './figures.ts';
import { type AlarmDefinition, play, type World } from './play.ts';
import type { Assumption, BacktestInput, BacktestResult, Difference, Run } from './result.ts';
import { buyingOnce, fixedFleet, optimum } from './rivals.ts';
import { suggest } from './suggest.ts';
import { demandOf, shiftOf, type Trace } from './trace.ts';

interface NamedPolicy {
  readonly name: string;
  readonly policy: ClusterConfig;
}

export interface BacktestRequest {
  readonly cluster: string;
  readonly policy: NamedPolicy;
  readonly against?: NamedPolicy;
  readonly trace: Trace;
  readonly input: Pick<BacktestInput, 'name' | 'format' | 'problems'>;
  readonly world: World;
  /** Also looks for better policies. */
  readonly suggest: boolean;
  /** In words, what is being played, and how far it is in percent. */
  readonly onProgress: (what: string, percent: number) => void;
}

/** The same request gives the same result, to the byte. */
export async function backtest(request: BacktestRequest): Promise<BacktestResult> {
  const { cluster, policy, against, trace, input, world, onProgress } = request;
  const { startAt, loads, kind, perNode } = trace;
  const demand = demandOf(trace, world.fullPercent);
  const hasLoad = demand.some((one) => one !== null);

  async function run(kindOf: Run['kind'], name: string, policyOf: ClusterConfig): Promise<Run> {
    const played = await play({
      ...{ cluster, trace, demand, world, policy: { ...policyOf, dryRun: false } },
      onProgress: (minute) => onProgress(name, Math.round((100 * minute) / loads.length)),
    });
    return runOf(kindOf, name, played, { policy: policyOf, startAt, demand, renew: world.renew });
  }

  const { initialNodes, renew } = world;
  const lease = { demand, initialNodes, startAt, periodMonths: policy.policy.worker.worker_period };
  const still = { policy: policy.policy, startAt, demand };
  const runs = [
    await run('policy', policy.name, policy.policy),
    ...(against ? [await run('against', against.name, against.policy)] : []),
    await run('once-per-alarm', 'buys once per alarm', buyingOnce(policy.policy)),
    ...(hasLoad
      ? [
          runOf('fixed-fleet', 'a fixed fleet', fixedFleet({ ...lease, renew }), { ...still, renew }),
          // It may let a lease end and buy a new one when it needs it, so it has no use for renewals.
          runOf('optimum', 'knows the future', optimum({ ...lease, renew }), { ...still, renew: false }),
        ]
      : []),
  ];
  const least = runs.find((one) => one.kind === 'optimum')?.figures.cents;
  const { currency } = policy.policy.price ?? {};
  const suggestions = request.suggest ? await suggest({ ...request, demand }) : undefined;
  return {
    ...{ version: 1, cluster },
    ...(currency !== undefined && { currency }),
    input: {
      ...{ ...input, kind, startAt, minutes: loads.length, initialNodes, demand },
      ...(kind === 'load' && hasLoad && { perNode }),
      alarm: alarmInWords(world.alarm),
      ...(world.alarm.kind === 'threshold' && world.alarm.of === 'percent' && { alarmAt: world.alarm.above }),
    },
    assumptions: assumptionsOf(request),
    runs: least === undefined ? runs : runs.map((one) => withRegret(one, least)),
    differences: against ? differencesBetween(policy.policy, against.policy) : [],
    ...(suggestions && { suggestions }),
  };
}

const withRegret = (run: Run, least: number): Run => ({
  ...run,
  figures: { ...run.figures, regretCents: run.figures.cents - least },
});

function alarmInWords(alarm: AlarmDefinition): string {
  if (alarm.kind === 'recorded') return `as recorded: ${plural(alarm.transitions.length, 'change')} of state`;
  const { above, of, forMinutes } = alarm;
  return `above ${above}${of === 'percent' ? ' %' : ''} for ${plural(forMinutes, 'minute')}`;
}

function assumptionsOf({ policy: { policy }, trace, input, world }: BacktestRequest): readonly Assumption[] {
  const { initialNodes, alarm, taskMinutes, joinMinutes, failPercent, renew, fullPercent } = world;
  const { kind, perNode, startAt } = trace;
  const share = fullPercent === 100 ? '' : `, used to ${fullPercent} % at most`;
  const shiftYears = new Date(startAt + shiftOf(startAt)).getUTCFullYear() - new Date(startAt).getUTCFullYear();
  const period = policy.worker.worker_period;
  return [
    { label: 'Metric', value: `${input.name} (${formatNames[input.format]})` },
    kind === 'load'
      ? { label: 'Demand', value: `one node carries ${perNode} of the load${share}` }
      : { label: 'Demand', value: `the use of the nodes of that time${share}` },
    { label: 'Nodes at the start', value: `${initialNodes}: they stay, and cost nothing here` },
    {
      label: 'Alarm',
      value:
        alarm.kind === 'recorded'
          ? `${alarmInWords(alarm)}, whatever is bought`
          : `${alarm.name} ${alarmInWords(alarm)}, ${alarm.of === 'percent' ? 'of what the Ready nodes carry' : 'of the load'}; ` +
            `its metric is known ${alarm.lagMinutes === 0 ? 'at once' : `${plural(alarm.lagMinutes, 'minute')} later`}, missing data keep its state`,
    },
    {
      label: 'Purchases',
      value: `nodes boot evenly over ${plural(taskMinutes, 'minute')}, each one is Ready ${plural(joinMinutes, 'minute')} later`,
    },
    {
      label: 'Stock',
      value: failPercent === 0 ? 'never out of stock' : `${failPercent} % of purchases are refused: out of stock`,
    },
    {
      label: 'Lease',
      value: `${plural(period, 'month')}, then ${renew ? 'renewed at the same price, outside of the budget' : 'the node leaves'}`,
    },
    { label: 'Time', value: 'everything happens on whole minutes; days and months are UTC' },
    ...(shiftYears === 0
      ? []
      : [{ label: 'Calendar', value: `played ${shiftYears} years later, which has the same weekdays` }]),
    ...(policy.dryRun ? [{ label: 'Dry run', value: 'dryRun of the config is ignored: purchases are played' }] : []),
  ];
}

/** Settings that differ, each by its path. */
function differencesBetween(policy: ClusterConfig, against: ClusterConfig): readonly Difference[] {
  const [ours, theirs] = [new Map(leavesOf(policy)), new Map(leavesOf(against))];
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((setting) => {
    const [one, other] = [ours.get(setting) ?? 'none', theirs.get(setting) ?? 'none'];
    return one === other ? [] : [{ setting, policy: one, against: other }];
  });
}

function leavesOf(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) => {
    const below = Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    return leavesOf(inner, below);
  });
}

const formatNames: Readonly<Record<BacktestInput['format'], string>> = {
  csv: 'CSV',
  cloudwatch: 'get-metric-data of CloudWatch',
  prometheus: 'query_range of Prometheus',
  'alarm-history': 'describe-alarm-history of CloudWatch',
};
