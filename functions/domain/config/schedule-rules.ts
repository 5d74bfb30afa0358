// The schedules of a cluster must fit its limits, each and all together. A `reach` is a target that a limit may cut; an `add`
// that a limit cuts is a mistake.
import { readInstant } from '../instant.ts';
import { onlyOne, unitProblem } from './one-of.ts';
import { hasDateAfter } from './schedule-dates.ts';
import { occurrenceOf } from './schedule-expression.ts';
import { mostOccurrences } from './schedule-occurrences.ts';
import type { Limits, Schedule } from './types.ts';

/** Unreadable limits are absent. */
export type ReadableLimits = { readonly [K in keyof Limits]?: Limits[K] | undefined };

interface ScheduleBounds {
  readonly limits?: ReadableLimits | undefined;
  /** Price of one node in hundredths; 0 without a price. */
  readonly nodeCents: number;
  /** Absent without a budget. */
  readonly budgetCents?: number | undefined;
}

export function scheduleProblems(schedules: readonly (Schedule | undefined)[], bounds: ScheduleBounds): string[] {
  const readable = schedules.filter((one) => one !== undefined);
  return [
    ...schedules.flatMap((one, i) =>
      one ? problemsOf(one, bounds).map((problem) => `schedules[${i}]${problem}`) : [],
    ),
    ...sumProblems(readable, bounds).map((problem) => `schedules: by themselves they can ${problem}`),
  ];
}

function problemsOf({ at, timezone, add, reach, until }: Schedule, bounds: ScheduleBounds): string[] {
  const unit = onlyOne(add, reach, 'add', 'reach');
  const problems = unit === 'both' || unit === 'neither' ? [`: ${unitProblem(unit, 'add', 'reach')}`] : [];
  if (!hasDateAfter(at, Number.NEGATIVE_INFINITY))
    problems.push(`.at: ${at} never occurs; use a day that the month has`);
  const { maxNodes } = bounds.limits ?? {};
  if (maxNodes !== undefined && reach !== undefined && reach > maxNodes)
    problems.push(`.reach: ${reach} is above limits.maxNodes; use at most ${maxNodes}`);
  const [tightest] = roomsIn(bounds).toSorted((a, b) => a.room - b.room);
  if (add !== undefined && tightest && add > tightest.room)
    problems.push(`.add: ${add} is above ${tightest.name}; use at most ${tightest.room}`);
  return until === undefined ? problems : [...problems, ...untilProblems(until, occurrenceOf(at, timezone))];
}

/** The limits of one purchase. */
function roomsIn({ limits = {}, nodeCents, budgetCents = 0 }: ScheduleBounds): readonly Room[] {
  const rooms = (['maxPerPurchase', 'maxPerDay', 'maxNodes'] as const).flatMap((name): Room[] => {
    const room = limits[name];
    return room === undefined ? [] : [{ name: `limits.${name}`, room }];
  });
  const affordable = nodeCents > 0 ? Math.floor(budgetCents / nodeCents) : 0;
  // A budget below the price of one node is reported by itself.
  return affordable > 0 ? [...rooms, { name: 'what limits.budgetPerMonth pays for', room: affordable }] : rooms;
}

interface Room {
  readonly name: string;
  readonly room: number;
}

function untilProblems(until: string, occursAt: number | undefined): string[] {
  if (occursAt === undefined) return [`.until: ${until} is for a schedule that occurs once; remove it, or use at(...)`];
  const endsAt = readInstant(until);
  return endsAt === undefined || endsAt > occursAt
    ? []
    : [`.until: ${until} is not after the only occurrence; use an instant after ${new Date(occursAt).toISOString()}`];
}

function sumProblems(
  schedules: readonly Schedule[],
  { limits = {}, nodeCents, budgetCents }: ScheduleBounds,
): string[] {
  const problems: string[] = [];
  const remedy = 'let them ask for less or less often, or raise it';
  const perDay = mostPerDay(schedules);
  const { maxPerDay } = limits;
  if (maxPerDay !== undefined && perDay > maxPerDay)
    problems.push(`add ${perDay} nodes in one UTC day, and limits.maxPerDay is ${maxPerDay}; ${remedy}`);
  const cents = mostPerMonth(schedules) * nodeCents;
  if (budgetCents !== undefined && cents > budgetCents)
    problems.push(
      `spend ${cents / 100} in one UTC month, and limits.budgetPerMonth is ${budgetCents / 100}; ${remedy}`,
    );
  return problems;
}

/** Recurring schedules count as if all occurred on one day, except on other days of the week. */
function mostPerDay(schedules: readonly Schedule[]): number {
  const days = once(schedules, 'yyyy-mm-dd'.length);
  const all = recurringIn(schedules);
  const sums = Array.from({ length: 7 }, (_, weekday) => {
    const recurring = all.map(({ add, perDay, weekdays }) => (weekdays?.has(weekday) === false ? 0 : add * perDay));
    const single = [...days].map(([day, nodes]) => (new Date(day).getUTCDay() === weekday ? nodes : 0));
    return sum(recurring) + Math.max(0, ...single);
  });
  return Math.max(...sums);
}

function mostPerMonth(schedules: readonly Schedule[]): number {
  const recurring = recurringIn(schedules).map(({ add, perMonth }) => add * perMonth);
  return sum(recurring) + Math.max(0, ...once(schedules, 'yyyy-mm'.length).values());
}

const recurringIn = (schedules: readonly Schedule[]) =>
  schedules
    .filter(({ at, timezone }) => occurrenceOf(at, timezone) === undefined)
    .flatMap(({ at, timezone, add }) => (add === undefined ? [] : [{ add, ...mostOccurrences(at, timezone) }]));

/** Single occurrences by UTC day or month. @param digits of the instant */
function once(schedules: readonly Schedule[], digits: number): ReadonlyMap<string, number> {
  const nodes = new Map<string, number>();
  for (const { at, timezone, add = 0 } of schedules) {
    const occursAt = occurrenceOf(at, timezone);
    if (occursAt === undefined) continue;
    const window = new Date(occursAt).toISOString().slice(0, digits);
    nodes.set(window, (nodes.get(window) ?? 0) + add);
  }
  return nodes;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
