// Every placement of a few faults and preemptions in small histories. Each history is played from its start, along a path
// of choices; those with the fewest deviations come first. A state that was seen before with as much budget left, or
// more, is not entered again: what follows from it is a part of what followed then.
import type { SmallCase } from './small-cases.ts';
import { type Budget, type Choices, type Cost, playSmallHistory } from './small-history.ts';

export interface ExhaustiveReport {
  histories: number;
  states: number;
  steps: number;
  readonly violations: { readonly what: string; readonly steps: readonly string[] }[];
}

/** The way to a history, from its end: histories share most of theirs. */
interface Path {
  readonly before: Path | undefined;
  readonly way: number;
  /** How many ways come before it, all plain, since the last one of `before`. */
  readonly at: number;
}

/** All histories of one case, up to the first that breaks an invariant. @param onProgress called every thousand histories */
export async function exhaust(
  one: SmallCase,
  budget: Budget,
  onProgress: (report: ExhaustiveReport) => void,
): Promise<ExhaustiveReport> {
  const report: ExhaustiveReport = { histories: 0, states: 0, steps: 0, violations: [] };
  const seen = createSeen();
  /** By how many deviations a path has. */
  const frontier: (Path | undefined)[][] = [[undefined]];
  for (let rank = 0; rank < frontier.length; ) {
    const paths = frontier[rank];
    if (!paths || paths.length === 0) {
      rank += 1;
      continue;
    }
    const choices = follow(paths.pop(), seen, (path, left, cost) => {
      const used = budget.together - left.together + (cost === 'nothing' ? 0 : 1);
      while (frontier.length <= used) frontier.push([]);
      frontier[used]?.push(path);
    });
    const { violation, trace } = await playSmallHistory(one, budget, choices);
    report.histories += 1;
    report.steps += trace.length;
    if (violation) {
      report.violations.push({ what: violation, steps: trace });
      break;
    }
    if (report.histories % 1000 === 0) onProgress(report);
  }
  return { ...report, states: seen.size() };
}

/** Goes along the path, then always the plain way, and tells of every other way from there. */
function follow(
  path: Path | undefined,
  seen: ReturnType<typeof createSeen>,
  found: (path: Path, left: Budget, cost: Cost) => void,
): Choices {
  const planned = new Map<number, number>();
  let end = 0;
  for (let part = path; part; part = part.before) {
    planned.set(part.at, part.way);
    end = Math.max(end, part.at + 1);
  }
  let at = 0;
  return {
    choose(ways, state, left) {
      const here = at;
      at += 1;
      if (here < end) return planned.get(here) ?? 0;
      if (seen.has(state(), left)) return undefined;
      for (let way = ways.length - 1; way > 0; way -= 1)
        found({ before: path, way, at: here }, left, ways[way] ?? 'nothing');
      return 0;
    },
    wentBefore: () => at < end,
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

function covers(more: Budget, less: Budget): boolean {
  return more.faults >= less.faults && more.preemptions >= less.preemptions && more.together >= less.together;
}
