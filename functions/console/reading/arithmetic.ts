// How the number of a decision came about: its stored numbers (Basis) as lines of a sum.
import { rangeInWords } from '../../cli/report/wording.ts';
import type { Basis } from '../../domain/job/decision.ts';
import { nodes } from '../../domain/plural.ts';

interface CalculationLine {
  readonly name: string;
  readonly value: string;
  /** A result, under a line. */
  readonly isSum?: true;
}

interface Outcome {
  /** Nodes that the decision buys, or would buy in a dry run. */
  readonly count: number;
  readonly cost: number;
  readonly currency: string | undefined;
}

/** @param outcome absent where nothing is bought @returns nothing where the decision needed no numbers */
export function calculation(basis: Basis, outcome: Outcome | undefined): readonly CalculationLine[] {
  const { rule, fleet, pending = 0, overdue = 0, answered = 0, wanted, limit, limits, used, spent } = basis;
  if (!rule || wanted === undefined) return [];
  const demand: readonly CalculationLine[] = [
    ruleLine(rule),
    ...(rule.kind === 'reach' && fleet ? [{ name: 'In the cluster', value: minus(fleet.nodes) }] : []),
    ...(rule.kind === 'add' ? [] : [{ name: 'On their way', value: minus(pending) }]),
    ...(answered > 0 ? [{ name: 'Came since it arose', value: minus(answered) }] : []),
    { name: 'Missing', value: String(Math.max(0, wanted)), isSum: true },
  ];
  const room = (name: string, left: number, how: string): CalculationLine => ({
    name,
    value: `${how}: ${left >= wanted ? 'enough' : `room for ${Math.max(0, left)}`}`,
  });
  const rooms: readonly CalculationLine[] =
    wanted > 0 && limits && used
      ? [
          room('Most per purchase', limits.maxPerPurchase, String(limits.maxPerPurchase)),
          room('Left of the day', limits.maxPerDay - used.before, difference(limits.maxPerDay, [used.before])),
          ...(fleet
            ? [
                room(
                  'Room in the cluster',
                  limits.maxNodes - fleet.nodes - pending - overdue,
                  difference(limits.maxNodes, [fleet.nodes, pending + overdue]),
                ),
              ]
            : []),
          ...(limits.budgetPerMonth !== undefined && spent
            ? [
                {
                  name: 'Left of the month',
                  value: `${difference(limits.budgetPerMonth, [spent.before])}${outcome?.currency === undefined ? '' : ` ${outcome.currency}`}${limit?.name === 'budget' ? `: pays for ${Math.max(0, limit.room)}` : ': enough'}`,
                },
              ]
            : []),
        ]
      : limit
        ? [{ name: `Limit ${limit.name}`, value: `room for ${Math.max(0, limit.room)}` }]
        : [];
  return [...demand, ...rooms, result(outcome)];
}

function ruleLine(rule: NonNullable<Basis['rule']>): CalculationLine {
  if (rule.kind !== 'alarm')
    return { name: rule.kind === 'add' ? 'Asked to add' : 'Asked to reach', value: nodes(rule.nodes) };
  if (!rule.step) return { name: `No step of ${rule.name} covers it`, value: '0' };
  const { add, percent } = rule.step;
  return {
    name: `Step of ${rule.name}: ${rangeInWords(rule.step)}`,
    value: add === undefined ? `${percent} % of the Ready nodes` : `add ${add}`,
  };
}

function result(outcome: Outcome | undefined): CalculationLine {
  if (!outcome || outcome.count === 0) return { name: 'Buy', value: '0', isSum: true };
  const { count, cost, currency } = outcome;
  if (currency === undefined) return { name: 'Buy', value: nodes(count), isSum: true };
  return { name: `Buy ${count} × ${cost / count} ${currency}`, value: `${cost} ${currency}`, isSum: true };
}

const minus = (count: number): string => `− ${count}`;

/** `20 − 16 − 2 = 2`; what is 0 is left out. */
function difference(from: number, taken: readonly number[]): string {
  const terms = taken.filter((one) => one !== 0);
  const left = Math.round((from - terms.reduce((all, one) => all + one, 0)) * 100) / 100;
  return terms.length === 0 ? String(from) : `${[from, ...terms].join(' − ')} = ${left}`;
}
