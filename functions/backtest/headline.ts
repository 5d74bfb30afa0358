// The answer of a backtest in a sentence or three: the first lines of the terminal's report and of the page.

import { nodes, plural } from '../domain/plural.ts';
import { money } from '../pages/figures.ts';
import type { BacktestInput, BacktestResult, Run, RunKind } from './result.ts';

export const runOf = ({ runs }: BacktestResult, kind: RunKind): Run | undefined =>
  runs.find((run) => run.kind === kind);

const grouped = (count: number, noun: string): string =>
  plural(count, noun).replace(/^\d+/, count.toLocaleString('en-US'));

/** `31 days`, `36 hours`, `5 minutes` */
export function lengthInWords(minutes: number): string {
  if (minutes >= 2 * 1440) return plural(Math.round(minutes / 1440), 'day');
  return minutes >= 180 ? plural(Math.round(minutes / 60), 'hour') : plural(minutes, 'minute');
}

/** Of an alarm history alone, it is not known what was needed. */
export const hasLoad = ({ demand }: BacktestInput): boolean => demand.some((one) => one !== null);

export function headline(result: BacktestResult): string {
  const { cluster, currency, input } = result;
  const policy = runOf(result, 'policy');
  if (!policy) return `There is no policy for ${cluster}.`;
  const { nodesBought, cents, minutesShort } = policy.figures;
  const cost = cents > 0 ? ` for ${money(cents, currency)}` : '';
  const short =
    minutesShort === 0 ? 'never been short of nodes' : `been short of nodes for ${grouped(minutesShort, 'minute')}`;
  const told = hasLoad(input) ? `, and ${short}` : '';
  return `With ${policy.name}, ${cluster} would have bought ${nodesBought === 0 ? 'no nodes' : nodes(nodesBought)}${cost}${told} in ${lengthInWords(input.minutes)}.`;
}

/** What stands beside it: the optimum, and the other policy. */
export function comparison(result: BacktestResult): readonly string[] {
  const { currency } = result;
  const [policy, against, optimum] = [runOf(result, 'policy'), runOf(result, 'against'), runOf(result, 'optimum')];
  const sentences: string[] = [];
  if (optimum) {
    const { cents, nodesBought } = optimum.figures;
    const paid =
      cents > 0 ? `paid ${money(cents, currency)}` : `bought ${nodesBought === 0 ? 'no nodes' : nodes(nodesBought)}`;
    sentences.push(`A buyer who knows the future would have ${paid} and never been short.`);
  }
  if (policy && against) {
    const dearer = against.figures.cents - policy.figures.cents;
    const shorter = against.figures.minutesShort - policy.figures.minutesShort;
    const cost =
      dearer === 0 ? 'costs as much' : `costs ${money(Math.abs(dearer), currency)} ${dearer > 0 ? 'more' : 'less'}`;
    const short =
      shorter === 0
        ? 'is short for as long'
        : `is short for ${grouped(Math.abs(shorter), 'minute')} ${shorter > 0 ? 'more' : 'less'}`;
    sentences.push(`${against.name} ${cost} and ${short}.`);
  }
  return sentences;
}
