// A state as a short string of one byte per character, the same for all states that differ only in the names of processes
// and requests. Requests that can do nothing any more are left out.
import { type Context, dateWindowHolds } from './context.ts';
import {
  answers,
  at,
  type Clock,
  clocks,
  listings,
  nets,
  outcomes,
  type Process,
  pendings,
  phases,
  type Request,
  type State,
  standings,
  steps,
  tasks,
  type Verdict,
} from './state.ts';
import { swapJobs, swapsJobs } from './swap-jobs.ts';

const numbered = <T extends string>(names: readonly T[]): Readonly<Record<T, number>> =>
  Object.fromEntries(names.map((name, i) => [name, i])) as Record<T, number>;

const code = {
  outcome: numbered(outcomes),
  phase: numbered(phases),
  standing: numbered(standings),
  step: numbered(steps),
  clock: numbered(clocks),
  net: numbered(nets),
  answer: numbered(answers),
  pending: numbered(pendings),
  listing: numbered(listings),
  task: numbered(tasks),
};

const flag = (value: boolean): number => (value ? 1 : 0);
const verdictCode = (of: Verdict | null): number => (of ? (code.outcome[of.outcome] + 1) | ((of.task + 1) << 3) : 0);

export function packState(state: State, context: Context): string {
  if (context.options.symmetric && swapsJobs(state)) swapJobs(state);
  const { processes, requests } = state;
  const held = state.slot?.request ?? -1;
  const codes = requests.map((request, i) => requestCode(request, i === held));
  const keys = processes.map((process) => {
    const { request } = process;
    const signed = request < 0 ? 0 : at(codes, request) + (request === held ? 1 << 16 : 0);
    return processCode(process) * 2 ** 17 + signed;
  });
  const order = processes.map((_, i) => i).sort((a, b) => at(keys, a) - at(keys, b));

  // The slot's request first, then those of the processes in their order, then those that nothing refers to.
  const names: number[] = [];
  const kept: number[] = [];
  const keep = (request: number): void => {
    names[request] = kept.push(at(codes, request));
  };
  if (held >= 0) keep(held);
  for (const i of order) {
    const { request } = at(processes, i);
    if (request >= 0 && names[request] === undefined) keep(request);
  }
  const orphans = requests.flatMap((request, i) =>
    names[i] === undefined && mayArrive(request, context) ? [at(codes, i)] : [],
  );
  kept.push(...orphans.sort((a, b) => a - b));

  const bytes = clusterBytes(state);
  bytes.push(kept.length);
  for (const request of kept) bytes.push(request >> 8, request & 255);
  for (const i of order) {
    const process = processCode(at(processes, i));
    bytes.push(process >>> 24, (process >> 16) & 255, (process >> 8) & 255, process & 255);
    bytes.push(names[at(processes, i).request] ?? 0);
  }
  return String.fromCharCode(...bytes);
}

const mayArrive = ({ net, clock }: Request, context: Context): boolean =>
  net === 'flying' && (clock === 'open' || !dateWindowHolds(context));

function clusterBytes(state: State): number[] {
  const { slot } = state;
  const bytes = [
    slot ? (code.phase[slot.phase] + 1) | (slot.attempt << 2) | (slot.job << 4) | (slot.empties << 5) : 0,
    (state.used + 2) | (state.old << 4),
    flag(state.paused) |
      (flag(state.foreign) << 1) |
      (flag(state.missed) << 2) |
      (state.cooldown << 3) |
      (state.failures << 5),
  ];
  for (let job = 0; job < state.done.length; job += 1)
    bytes.push(
      verdictCode(at(state.done, job)),
      verdictCode(at(state.record, job)),
      flag(at(state.message, job)) |
        (at(state.bought, job) << 1) |
        (code.listing[at(state.listed, job)] << 3) |
        (code.pending[at(state.pending, job)] << 5),
      code.standing[at(state.progress, job)] | (code.task[at(state.task, job)] << 3) | (at(state.late, job) << 5),
    );
  return bytes;
}

/** Two bytes. Of a request outside of the slot it is of no interest how late it is, and what its window is. */
function requestCode({ job, net, answer, clock, outside }: Request, held: boolean): number {
  const seen: Clock = held || clock === 'open' ? clock : 'shut';
  const first = job | (code.net[net] << 1) | (code.answer[answer] << 3) | (code.clock[seen] << 5);
  return (first << 8) | (held ? outside : 0);
}

/** Four bytes, without its request. */
function processCode(process: Process): number {
  const first = code.step[process.at] | (process.job << 5) | (flag(process.fresh) << 6) | (flag(process.mayBuy) << 7);
  const read = process.outside | (process.cooldown << 3) | (process.failures << 5);
  const last = code.standing[process.standing] | (process.empties << 3);
  return ((first << 24) | (verdictCode(process.verdict) << 16) | (read << 8) | last) >>> 0;
}
