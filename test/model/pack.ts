// A state as a short string of one byte per character, the same for all states that differ only in the names of processes
// and requests. Requests that can do nothing any more are left out.
import { type Context, dateWindowHolds } from './context.ts';
import {
  answers,
  at,
  type Clock,
  clocks,
  nets,
  outcomes,
  type Process,
  phases,
  type Request,
  type Slot,
  type State,
  standings,
  steps,
  type Verdict,
} from './state.ts';
import { swapJobs, swapsJobs } from './swap-jobs.ts';

const numbered = <T extends string>(names: readonly T[]): Readonly<Record<T, number>> =>
  Object.fromEntries(names.map((name, i) => [name, i])) as Record<T, number>;

const pendings = ['none', 'awaited', 'overdue'] as const;
const listings = ['no', 'plain', 'disguised'] as const;
const tasks = ['running', 'completed', 'failed'] as const;
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

const characters = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i));
const byte = (value: number): string => at(characters, value);
const flag = (value: boolean): number => (value ? 1 : 0);

const verdictCode = (of: Verdict | null): number => (of ? (code.outcome[of.outcome] + 1) | ((of.task + 1) << 3) : 0);

export function packState(state: State, context: Context): string {
  if (context.options.symmetric && swapsJobs(state)) swapJobs(state);
  const held = state.slot?.request ?? -1;
  const texts = state.requests.map((request, i) => packRequest(request, i === held));
  const keys = state.processes.map((process) => {
    const { request } = process;
    return `${packProcess(process)}${request < 0 ? '' : `${request === held ? '!' : '~'}${at(texts, request)}`}`;
  });
  const order = state.processes.map((_, i) => i).sort((a, b) => (at(keys, a) < at(keys, b) ? -1 : 1));

  // The slot's request first, then those of the processes in their order, then those that nothing refers to.
  const names: number[] = [];
  const kept: string[] = [];
  const keep = (request: number): void => {
    names[request] = kept.push(at(texts, request));
  };
  if (held >= 0) keep(held);
  for (const i of order) {
    const { request } = at(state.processes, i);
    if (request >= 0 && names[request] === undefined) keep(request);
  }
  const alive = dateWindowHolds(context) ? isOpen : isFlying;
  const orphans = state.requests.filter(
    (request, i) => names[i] === undefined && request.net === 'flying' && alive(request),
  );
  kept.push(...orphans.map((request) => packRequest(request, false)).sort());

  let text = packCluster(state) + byte(kept.length) + kept.join('');
  for (const i of order) text += at(keys, i).slice(0, 4) + byte(names[at(state.processes, i).request] ?? 0);
  return text;
}

const isOpen = ({ clock }: Request): boolean => clock === 'open';
const isFlying = (): boolean => true;

function packCluster(state: State): string {
  const { slot } = state;
  let text =
    byte(slot ? (code.phase[slot.phase] + 1) | (slot.attempt << 2) | (slot.job << 4) | (slot.empties << 5) : 0) +
    byte((state.used + 2) | (state.old << 4)) +
    byte(
      flag(state.paused) |
        (flag(state.foreign) << 1) |
        (flag(state.missed) << 2) |
        (state.cooldown << 3) |
        (state.failures << 5),
    );
  for (let job = 0; job < state.done.length; job += 1) {
    text +=
      byte(verdictCode(at(state.done, job))) +
      byte(verdictCode(at(state.record, job))) +
      byte(
        flag(at(state.message, job)) |
          (at(state.bought, job) << 1) |
          (code.listing[at(state.listed, job)] << 3) |
          (code.pending[at(state.pending, job)] << 5),
      ) +
      byte(code.standing[at(state.progress, job)] | (code.task[at(state.task, job)] << 3) | (at(state.late, job) << 5));
  }
  return text;
}

/** Of a request outside of the slot it is of no interest how late it is, and what its window is. */
function packRequest({ job, net, answer, clock, outside }: Request, held: boolean): string {
  const seen: Clock = held || clock === 'open' ? clock : 'shut';
  return (
    byte(job | (code.net[net] << 1) | (code.answer[answer] << 3) | (code.clock[seen] << 5)) + byte(held ? outside : 0)
  );
}

/** Without its request. */
function packProcess(process: Process): string {
  return (
    byte(code.step[process.at] | (process.job << 5) | (flag(process.fresh) << 6) | (flag(process.mayBuy) << 7)) +
    byte(verdictCode(process.verdict)) +
    byte(process.outside | (process.cooldown << 3) | (process.failures << 5)) +
    byte(code.standing[process.standing] | (process.empties << 3))
  );
}

function unpackVerdict(value: number): Verdict | null {
  return value === 0 ? null : { outcome: at(outcomes, (value & 7) - 1), task: (value >> 3) - 1 };
}

export function unpackState(text: string, { options }: Context): State {
  let next = 0;
  const read = (): number => text.charCodeAt(next++);
  const slotByte = read();
  const slot: Slot | null =
    slotByte === 0
      ? null
      : {
          job: (slotByte >> 4) & 1,
          request: 0,
          phase: at(phases, (slotByte & 3) - 1),
          attempt: (slotByte >> 2) & 3,
          empties: slotByte >> 5,
        };
  const counted = read();
  const flags = read();
  const state: State = {
    slot,
    used: (counted & 15) - 2,
    old: counted >> 4,
    paused: (flags & 1) === 1,
    foreign: (flags & 2) === 2,
    missed: (flags & 4) === 4,
    cooldown: (flags >> 3) & 3,
    failures: flags >> 5,
    done: [],
    pending: [],
    record: [],
    progress: [],
    message: [],
    bought: [],
    listed: [],
    task: [],
    late: [],
    requests: [],
    processes: [],
  };
  for (let job = 0; job < options.jobs; job += 1) {
    state.done.push(unpackVerdict(read()));
    state.record.push(unpackVerdict(read()));
    const shown = read();
    state.message.push((shown & 1) === 1);
    state.bought.push((shown >> 1) & 3);
    state.listed.push(at(listings, (shown >> 3) & 3));
    state.pending.push(at(pendings, shown >> 5));
    const followed = read();
    state.progress.push(at(standings, followed & 7));
    state.task.push(at(tasks, (followed >> 3) & 3));
    state.late.push(followed >> 5);
  }
  for (let left = read(); left > 0; left -= 1) state.requests.push(unpackRequest(read(), read()));
  for (let left = options.processes; left > 0; left -= 1)
    state.processes.push(unpackProcess(read(), read(), read(), read(), read()));
  return state;
}

function unpackRequest(value: number, outside: number): Request {
  return {
    job: value & 1,
    net: at(nets, (value >> 1) & 3),
    answer: at(answers, (value >> 3) & 3),
    clock: at(clocks, value >> 5),
    outside,
  };
}

function unpackProcess(first: number, verdict: number, read: number, standing: number, request: number): Process {
  return {
    at: at(steps, first & 31),
    job: (first >> 5) & 1,
    fresh: (first & 64) !== 0,
    mayBuy: (first & 128) !== 0,
    verdict: unpackVerdict(verdict),
    outside: read & 7,
    cooldown: (read >> 3) & 3,
    failures: read >> 5,
    standing: at(standings, standing & 7),
    empties: standing >> 3,
    request: request - 1,
  };
}
