// The network, the service and time. What the service did is the truth; what its task list shows comes later.
import { type Context, dateWindowHolds, type Moves } from './context.ts';
import { at, type Request, type State } from './state.ts';

export function serve(state: State, context: Context, moves: Moves): undefined {
  state.requests.forEach((request, i) => {
    if (request.net === 'flying') arrive(i, request, context, moves);
    passTime(state, i, request, context, moves);
  });
  showTasks(state, context, moves);
  if (context.options.follow) runTasks(state, moves);
}

function arrive(i: number, request: Request, context: Context, { step, fault }: Moves): undefined {
  const { job, clock } = request;
  const answer = (net: Request['net'], said: Request['answer']) => (next: State) => {
    if (net === 'executed') next.bought[job] = Math.min(3, at(next.bought, job) + 1);
    next.requests[i] = { ...request, net, answer: said };
    return undefined;
  };
  if (clock === 'open' || !dateWindowHolds(context)) {
    step(`gateway: buys for job ${job}`, answer('executed', 'accepted'));
    fault(`gateway: buys for job ${job}, answer LOST`, answer('executed', 'none'));
    step(`gateway: rejects job ${job}`, answer('gone', 'rejected'));
    step(`gateway: throttles job ${job}`, answer('gone', 'refused'));
  } else step(`gateway: the date of job ${job} is too old`, answer('gone', 'refused'));
  fault(`network: the request of job ${job} is LOST`, answer('gone', 'none'));
}

/** Beyond the date only the request in the slot matters: its fence. */
function passTime(state: State, i: number, request: Request, { options }: Context, { step }: Moves): undefined {
  const { job, clock, net } = request;
  const become = (next: Request['clock']) => (of: State) => {
    of.requests[i] = { ...request, clock: next };
    return undefined;
  };
  if (clock === 'open') step(`time: the date of job ${job} expires`, become('shut'));
  if (state.slot?.request !== i) return;
  if (options.tolerance && clock === 'shut')
    return step(`time: 35 minutes after job ${job} was signed, on our clock`, become('nearly fenced'));
  // A4: by now whatever was executed is listed.
  if (clock !== 'open' && clock !== 'fenced' && !(net === 'executed' && state.listed[job] === 'no'))
    step(`time: the fence of job ${job}`, become('fenced'));
}

function showTasks(state: State, { options }: Context, { step, fault }: Moves): undefined {
  state.listed.forEach((listed, job) => {
    if (listed !== 'no' || state.bought[job] === 0) return;
    const show = (as: State['listed'][number]) => (next: State) => {
      next.listed[job] = as;
      return undefined;
    };
    step(`list: shows the task of job ${job}`, show('plain'));
    if (options.disguised) fault(`list: shows the task of job ${job} with another type or date`, show('disguised'));
  });
  if (options.foreign !== 'none' && !state.foreign)
    fault('others: scale the cluster', (next) => {
      next.foreign = true;
      return undefined;
    });
}

/** Of tasks whose nodes are awaited: they end, or become late. */
function runTasks(state: State, { step, fault }: Moves): undefined {
  state.task.forEach((task, job) => {
    if (task === 'failed' || state.pending[job] === 'none') return;
    const become = (now: State['task'][number]) => (next: State) => {
      next.task[job] = now;
      return undefined;
    };
    // A task may fail after all its nodes were ready: two readers of it may see two ends.
    fault(`task of job ${job}: fails`, become('failed'));
    if (task === 'completed') return;
    step(`task of job ${job}: completes`, become('completed'));
    const late = at(state.late, job);
    if (late < 2)
      step(`time: the task of job ${job} is ${late === 0 ? 'overdue' : 'a day overdue'}`, (next) => {
        next.late[job] = late + 1;
        return undefined;
      });
  });
}
