// A delivered message (functions/purchase/process-job.ts): read the cluster, read the job, decide, ARM or SKIP.
import { type Context, end, goOn, type Moves } from './context.ts';
import { at, foreignTask, type Process, type State } from './state.ts';
import { arm, armApplies, copy, newRequest, ownsSlot, rearm, rearmApplies, skip } from './writes.ts';

/** The queue delivers a message, again and again until it is acknowledged, and sometimes after that. */
export function deliver(state: State, context: Context, moves: Moves): undefined {
  const free = state.processes.findIndex((process) => process.at === 'idle');
  if (free < 0) return;
  state.message.forEach((queued, job) => {
    if (context.options.settledBefore && job === 0) return;
    const label = `${queued ? 'deliver' : 'DUPLICATE of'} job ${job}`;
    const add = queued ? moves.step : moves.fault;
    if (context.is('acknowledge on receipt')) {
      if (queued)
        add(`${label}, acknowledged at once`, (next) => {
          next.message[job] = false;
          return goOn(next, free, { at: 'read cluster', job });
        });
    } else if (context.is('job read before cluster')) {
      const known = state.record[job] !== null;
      add(`${label}: ${known ? 'has a record' : 'no record'}`, (next) =>
        goOn(next, free, { at: known ? 'ack' : 'read cluster', job }),
      );
    } else readCluster(state, free, job, label, context, add);
  });
}

/** Step 1, and what is known from it already. A process that defers ends: its message comes back. */
function readCluster(
  state: State,
  process: number,
  job: number,
  label: string,
  context: Context,
  add: Moves['step'],
): undefined {
  const { slot, cooldown } = state;
  const begin = (why: string, to: Partial<Process> & Pick<Process, 'at'>): undefined => {
    add(`${label}: ${why}`, (next) => goOn(next, process, { job, ...to }));
  };
  const verdict = at(state.done, job);
  if (verdict) return begin('its verdict is there', { at: 'copy', verdict });
  if (!slot) {
    const mayBuy = state.used < context.options.cap && !state.paused;
    const to = context.is('job read before cluster') ? 'arm' : 'read job';
    if (to === 'arm' && !mayBuy) return;
    return begin('the slot is free', { at: to, fresh: true, mayBuy, cooldown, outside: state.old });
  }
  if (slot.job === job) {
    if (slot.phase !== 'sending' || context.is('acknowledge while sending'))
      begin('its purchase is in the slot, acknowledge', { at: 'ack' });
    else if (context.is('send again when the lease is over'))
      begin('takes the slot over, and sends again', { at: 'send', request: slot.request });
    return;
  }
  if (state.record[job]) return begin('has a record, acknowledge', { at: 'ack' });
  if (context.is('acknowledge while another job holds the slot'))
    begin('the slot is taken, acknowledge', { at: 'ack' });
}

/** The step of a handler, where `process` stands at one. */
export function handle(state: State, i: number, context: Context, { step, fault }: Moves): undefined {
  const p = at(state.processes, i);
  const { job } = p;
  const who = `job ${job}`;
  switch (p.at) {
    case 'read cluster':
      readCluster(state, i, job, who, context, step);
      if (state.slot) step(`${who} waits`, (next) => end(next, i));
      return;
    case 'read job':
      if (state.record[job]) return step(`${who} has a record, acknowledge`, (next) => goOn(next, i, { at: 'ack' }));
      step(`${who} is to be skipped`, (next) => goOn(next, i, { at: 'skip' }));
      // Signed here: from now on its window is settled, however late ARM comes.
      if (p.mayBuy)
        step(`${who} is to be bought, signed`, (next) =>
          goOn(next, i, { at: 'arm', fresh: p.fresh, cooldown: p.cooldown, outside: state.old }),
        );
      return;
    case 'skip':
      return step(`SKIP job ${job}`, (next) => {
        skip(next, job, context);
        return goOn(next, i, { at: 'ack' });
      });
    case 'copy':
      return step(`COPY job ${job}`, (next) => {
        goOn(next, i, { at: 'ack' });
        return p.verdict ? copy(next, job, p.verdict, context) : undefined;
      });
    case 'ack':
      return step(`acknowledge job ${job}`, (next) => {
        next.message[job] = false;
        return end(next, i);
      });
    case 'arm':
      return armStep(state, i, p, context, { step, fault });
    case 'rearm':
      return rearmStep(state, i, p, context, { step, fault });
    case 'read back':
      if (!ownsSlot(state, p)) return step(`${who} reads back: the slot is not its own`, (next) => end(next, i));
      if (context.is('gives up when ARM is not answered'))
        return step(`${who} gives up what it armed`, (next) => end(next, i));
      return step(`${who} reads back: the slot is its own`, (next) =>
        goOn(next, i, { at: 'send', request: p.request, cooldown: p.cooldown }),
      );
  }
}

function armStep(state: State, i: number, p: Process, context: Context, { step, fault }: Moves): undefined {
  const { job, cooldown } = p;
  if (armApplies(state, p, context)) {
    const apply = (to: 'send' | 'read back') => (next: State) => {
      const request = arm(next, p);
      goOn(next, i, { at: to, request, cooldown });
      return armedAgainst(state, cooldown);
    };
    step(`ARM job ${job}`, apply('send'));
    fault(`ARM job ${job}, answer LOST`, apply('read back'));
    return;
  }
  const { slot } = state;
  if (context.is('slot claimed by key') && slot?.job === job)
    return step(`ARM job ${job} refused, "the slot is mine"`, (next) =>
      goOn(next, i, { at: 'send', request: slot.request }),
    );
  if (context.is('sends although ARM was refused'))
    return step(`ARM job ${job} refused, and not read back`, (next) =>
      goOn(next, i, { at: 'send', request: newRequest(next, job, 0) }),
    );
  step(`ARM job ${job} refused`, (next) => end(next, i));
}

function rearmStep(state: State, i: number, p: Process, context: Context, { step, fault }: Moves): undefined {
  const { job, cooldown } = p;
  if (!rearmApplies(state, p, context)) return step(`REARM job ${job} refused`, (next) => end(next, i));
  const parked = state.slot?.phase === 'parked';
  const apply = (to: 'send' | 'read back') => (next: State) => {
    const request = rearm(next, p, context);
    goOn(next, i, { at: to, request, cooldown });
    return parked ? 'REARM erases the evidence that a slot was parked with' : armedAgainst(state, cooldown);
  };
  step(`REARM job ${job}`, apply('send'));
  fault(`REARM job ${job}, answer LOST`, apply('read back'));
}

/** What `decide` read is pinned by `ver`: nothing is armed while paused, nor next to a cooldown that was not read. */
function armedAgainst({ paused, cooldown }: State, read: number): string | undefined {
  if (paused) return 'armed while paused';
  return cooldown === read ? undefined : 'armed by a decision that did not see the cooldown';
}

export const taskName = (task: number): string =>
  task === foreignTask ? 'a task of others' : `the task of job ${task}`;
