// Every placement of a few faults and preemptions in small histories, those with the fewest deviations first. A history
// goes on from where it left an earlier one. A state that was seen before with as much budget left, or more, is not
// entered again: what follows from it is a part of what followed then.
import type { SmallCase } from './small-cases.ts';
import { beginning, createSmallHistory, type Moment } from './small-history.ts';
import { type Budget, covers, isDeviation, plain, type Way } from './ways.ts';

export interface ExhaustiveReport {
  histories: number;
  states: number;
  steps: number;
  readonly violations: { readonly what: string; readonly steps: readonly string[] }[];
}

/** Where a history leaves an earlier one, and which way it goes. */
interface Branch {
  readonly moment: Moment;
  readonly way: Way;
}

/** All histories of one case, up to the first that breaks an invariant. @param onProgress called every thousand histories */
export async function exhaust(
  one: SmallCase,
  budget: Budget,
  onProgress: (report: ExhaustiveReport) => void,
): Promise<ExhaustiveReport> {
  const report: ExhaustiveReport = { histories: 0, states: 0, steps: 0, violations: [] };
  const seen = createSeen();
  const frontier = createFrontier(budget);
  frontier.add(beginning(budget), [plain]);
  for (let branch = frontier.next(); branch; branch = frontier.next()) {
    const history = createSmallHistory(one, branch.moment);
    await history.take(branch.way);
    for (let ways = await history.choice(); ways.length > 0; ways = await history.choice()) {
      if (seen.has(history.state(), history.left())) break;
      if (ways.length > 1) frontier.add(history.moment(), ways.slice(1));
      await history.take(plain);
    }
    report.histories += 1;
    report.steps += history.steps();
    report.states = seen.size();
    const what = history.violation();
    if (what !== undefined) return { ...report, violations: [{ what, steps: history.trace() }] };
    if (report.histories % 1000 === 0) onProgress(report);
  }
  return report;
}

/** More branches than these would not fit into the memory of small machines. */
const crowd = 20_000;

/** The branches that were not played yet. */
function createFrontier(budget: Budget) {
  /** By how many deviations they have. */
  const ranks = Array.from({ length: budget.together + 1 }, (): Branch[] => []);
  let waiting = 0;
  return {
    add(moment: Moment, ways: readonly Way[]): void {
      const used = budget.together - moment.left.together;
      for (const way of ways.toReversed()) ranks[used + (isDeviation(way) ? 1 : 0)]?.push({ moment, way });
      waiting += ways.length;
    },
    /** Few deviations first: what they lead to is then entered once. Where a crowd waits, those that lead to the fewest others. */
    next(): Branch | undefined {
      const some = (branches: readonly Branch[]) => branches.length > 0;
      const branch = (waiting > crowd ? ranks.findLast(some) : ranks.find(some))?.pop();
      if (branch) waiting -= 1;
      return branch;
    },
  };
}

/** The states that were entered, each with what was left of the budget. */
function createSeen() {
  const budgets = new Map<string, readonly Budget[]>();
  return {
    size: () => budgets.size,
    /** Whether the state was seen with as much left. If not, it is from now on. */
    has(state: string, left: Budget): boolean {
      const before = budgets.get(state) ?? [];
      if (before.some((one) => covers(one, left))) return true;
      budgets.set(state, [...before, left]);
      return false;
    },
  };
}
