// Symmetry of the two jobs: of two states that differ in the names of the jobs only, one is explored. In a trace of such a
// run the names of the jobs may therefore change from step to step.
import { outcomes, type State, type Verdict } from './state.ts';

const rank = (of: Verdict | null | undefined): number => (of ? outcomes.indexOf(of.outcome) + 1 : 0);

/** How far a job has come, as a number: of equal ones either order is taken. */
function stage(state: State, job: number): number {
  return (
    rank(state.record[job]) |
    (rank(state.done[job]) << 3) |
    (Number(state.message[job]) << 6) |
    ((state.bought[job] ?? 0) << 7) |
    (Number(state.listed[job] !== 'no') << 9) |
    (((state.old >> job) & 1) << 10) |
    (Number(state.slot?.job === job) << 11)
  );
}

export function swapsJobs(state: State): boolean {
  return state.done.length === 2 && stage(state, 0) > stage(state, 1);
}

const swapped = (task: number): number => (task === 0 || task === 1 ? 1 - task : task);
const swappedBits = (bits: number): number => (bits & 4) | ((bits & 1) << 1) | ((bits >> 1) & 1);
const swappedVerdict = (of: Verdict | null): Verdict | null => of && { ...of, task: swapped(of.task) };

export function swapJobs(state: State): void {
  if (state.slot) state.slot = { ...state.slot, job: 1 - state.slot.job };
  state.done = state.done.map(swappedVerdict).reverse();
  state.record = state.record.map(swappedVerdict).reverse();
  for (const list of [state.pending, state.progress, state.message, state.bought, state.listed, state.task, state.late])
    list.reverse();
  state.old = swappedBits(state.old);
  state.requests = state.requests.map((request) => ({
    ...request,
    job: 1 - request.job,
    outside: swappedBits(request.outside),
  }));
  state.processes = state.processes.map((process) =>
    process.at === 'idle'
      ? process
      : {
          ...process,
          job: 1 - process.job,
          outside: swappedBits(process.outside),
          verdict: swappedVerdict(process.verdict),
        },
  );
}
