// What must hold in every state, whatever happened before.
import { type Context, dateWindowHolds } from './context.ts';
import { at, foreignTask, type State } from './state.ts';

/** @returns the first one that does not hold */
export function brokenInvariant(state: State, context: Context): string | undefined {
  for (let job = 0; job < state.record.length; job += 1) {
    const broken = brokenOfJob(state, job);
    if (broken) return broken;
  }
  return brokenMoney(state, context.options.cap) ?? brokenDoubt(state, context);
}

function brokenOfJob(state: State, job: number): string | undefined {
  const bought = at(state.bought, job);
  const record = at(state.record, job);
  const done = at(state.done, job);
  if (bought > 1) return `job ${job} is bought twice`;
  for (const verdict of [record, done]) {
    if (verdict?.outcome === 'accepted' && (bought !== 1 || verdict.task !== job))
      return `job ${job} is accepted with ${verdict.task === foreignTask ? 'a task of others' : bought ? 'the task of another job' : 'no purchase'}`;
    if ((verdict?.outcome === 'rejected' || verdict?.outcome === 'abandoned') && bought)
      return `job ${job} is ${verdict.outcome}, and was bought`;
  }
  const inSlot = state.slot?.job === job;
  if (record?.outcome === 'skipped' && bought && !inSlot && done?.outcome !== 'accepted')
    return `job ${job} is skipped for good, and was bought`;
  if (!state.message[job] && !record && !done && !inSlot)
    return `job ${job} is lost: acknowledged, without verdict or slot`;
  const accepted = record?.outcome === 'accepted' || done?.outcome === 'accepted';
  if (bought && !accepted && !inSlot) return `the purchase of job ${job} is in doubt outside of the slot`;
  return undefined;
}

function brokenMoney({ bought, used, slot, record }: State, cap: number): string | undefined {
  const sold = bought.reduce((sum, count) => sum + count, 0);
  if (sold > used) return 'money: more is bought than counted';
  if (used > cap) return 'money: more is counted than the limit allows';
  if (!slot && used !== sold) return 'money: a reservation is never given back';
  const tasks = record.flatMap((verdict) => (verdict && verdict.task >= 0 ? [verdict.task] : []));
  return new Set(tasks).size < tasks.length ? 'one task settles two jobs' : undefined;
}

function brokenDoubt({ requests, slot }: State, context: Context): string | undefined {
  if (!dateWindowHolds(context)) return undefined;
  const beside = requests.some(({ net, clock }, i) => net === 'flying' && clock === 'open' && slot?.request !== i);
  return beside ? 'a request can be executed beside the slot' : undefined;
}

/** Where a history may end: each job has its outcome, or waits for a person, and nothing is on its way. */
export function isGoal(state: State, { options }: Context): boolean {
  const { slot, record, message, done, pending } = state;
  if (options.person && slot) return false;
  const parked = slot?.phase === 'parked' ? slot.job : -1;
  return record.every((outcome, job) => {
    if (!options.person && parked >= 0 && (parked === job || at(message, job))) return true;
    const verdict = at(done, job);
    const copied = outcome !== null && (!verdict || outcome.outcome === verdict.outcome);
    return copied && !at(message, job) && slot?.job !== job && pending[job] === 'none';
  });
}
