// The way back from the string of pack.ts to the state.
import type { Context } from './context.ts';
import {
  answers,
  at,
  clocks,
  listings,
  nets,
  outcomes,
  type Process,
  pendings,
  phases,
  type Request,
  type Slot,
  type State,
  standings,
  steps,
  tasks,
  type Verdict,
} from './state.ts';

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
