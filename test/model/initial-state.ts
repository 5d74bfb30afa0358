// Where every run begins, and the copy that a step changes.
import type { Options } from './options.ts';
import { idle, type State } from './state.ts';

export function initialState({ jobs, processes, settledBefore, failedBefore }: Options): State {
  const each = <T>(value: T): T[] => Array.from({ length: jobs }, () => value);
  const state: State = {
    slot: null,
    used: 0,
    paused: false,
    cooldown: failedBefore ? 2 : 0,
    failures: failedBefore ? 1 : 0,
    done: each(null),
    pending: each('none'),
    record: each(null),
    progress: each('none'),
    message: each(true),
    bought: each(0),
    listed: each('no'),
    old: 0,
    task: each('running'),
    late: each(0),
    foreign: false,
    missed: false,
    requests: [],
    processes: Array.from({ length: processes }, () => idle),
  };
  if (!settledBefore) return state;
  state.record[0] = { outcome: 'accepted', task: 0 };
  state.old = 1;
  state.pending[0] = 'awaited';
  state.message[0] = false;
  state.bought[0] = 1;
  state.listed[0] = 'plain';
  state.used = 1;
  return state;
}

export function cloneState(of: State): State {
  return {
    slot: of.slot,
    used: of.used,
    paused: of.paused,
    cooldown: of.cooldown,
    failures: of.failures,
    done: of.done.slice(),
    pending: of.pending.slice(),
    record: of.record.slice(),
    progress: of.progress.slice(),
    message: of.message.slice(),
    bought: of.bought.slice(),
    listed: of.listed.slice(),
    old: of.old,
    task: of.task.slice(),
    late: of.late.slice(),
    foreign: of.foreign,
    missed: of.missed,
    requests: of.requests.slice(),
    processes: of.processes.slice(),
  };
}
