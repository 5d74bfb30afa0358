// From an armed slot to its verdict (functions/purchase/send-purchase.ts): send once, then SETTLE, UNSENT or MARK.
import { type Context, dateWindowHolds, end, goOn, type Moves } from './context.ts';
import { at, type Process, type Request, type State, type Verdict } from './state.ts';
import { copy, mark, newRequest, ownsSlot, settle, settleApplies, unsent, unsentApplies } from './writes.ts';

/** The step of a sender, where `process` stands at one. */
export function send(state: State, i: number, context: Context, moves: Moves): undefined {
  const p = at(state.processes, i);
  const { job, request, cooldown } = p;
  const { step } = moves;
  switch (p.at) {
    case 'send':
      step(`SEND job ${job}`, (next) => {
        const before = at(next.requests, request);
        if (before.net === 'unsent' || resends(before, context))
          next.requests[request] = { ...before, net: 'flying', answer: 'none' };
        return goOn(next, i, { at: 'wait', request, cooldown });
      });
      step(`job ${job} is not sent: no connection, or signed too long ago`, (next) =>
        goOn(next, i, { at: 'unsent', request, cooldown }),
      );
      return;
    case 'wait':
      return waitStep(state, i, p, context, moves);
    case 'mark':
      return markStep(state, i, p, context, moves);
    case 'unsent':
      return unsentStep(state, i, p, context, moves);
    case 'settle':
      return settleStep(state, i, p, context, moves);
  }
}

/** Only a mistake sends a nonce twice: the gateway, which forgets nonces with their dates, takes it while its date is open. */
const resends = ({ net, clock }: Request, context: Context): boolean =>
  net !== 'flying' && (clock === 'open' || !dateWindowHolds(context));

function waitStep(state: State, i: number, p: Process, { is }: Context, { step }: Moves): undefined {
  const { job, request, cooldown } = p;
  const settled = (label: string, verdict: Verdict): undefined => {
    step(label, (next) => goOn(next, i, { at: 'settle', request, cooldown, verdict }));
  };
  const { answer } = at(state.requests, request);
  if (answer === 'accepted') settled(`job ${job} is accepted`, { outcome: 'accepted', task: job });
  if (answer === 'rejected') settled(`job ${job} is rejected`, { outcome: 'rejected', task: -1 });
  if (answer === 'refused')
    step(`job ${job} was refused, and not executed`, (next) => goOn(next, i, { at: 'unsent', request, cooldown }));
  if (is('send again on a timeout'))
    step(`job ${job} is sent AGAIN with a new nonce`, (next) => {
      const again = newRequest(next, job, 0);
      if (next.slot?.request === request) next.slot = { ...next.slot, request: again };
      return goOn(next, i, { at: 'send', request: again });
    });
  step(`job ${job} gets no answer`, (next) =>
    goOn(next, i, { at: is('free the slot on a doubt') ? 'unsent' : 'mark', request, cooldown }),
  );
}

function markStep(state: State, i: number, p: Process, context: Context, { step }: Moves): undefined {
  if (!ownsSlot(state, p)) return step(`MARK job ${p.job} refused: the slot moved on`, (next) => end(next, i));
  step(`MARK job ${p.job}`, (next) => {
    mark(next, context);
    return goOn(next, i, { at: 'ack' });
  });
}

/** The request was not executed: slot and reservation go back. For a second attempt the first one stays in doubt: MARK. */
function unsentStep(state: State, i: number, p: Process, context: Context, { step }: Moves): undefined {
  const { job } = p;
  if (unsentApplies(state, p, context))
    return step(`UNSENT job ${job}`, (next) => {
      end(next, i);
      return unsent(next, p, context);
    });
  step(`UNSENT job ${job} refused`, (next) => {
    if (ownsSlot(next, p) && next.slot?.phase === 'sending' && !context.is('UNSENT refused and not marked'))
      mark(next, context);
    return end(next, i);
  });
}

function settleStep(state: State, i: number, p: Process, context: Context, { step, fault }: Moves): undefined {
  const { job, verdict } = p;
  if (!verdict) return;
  const { outcome } = verdict;
  if (context.is('COPY before SETTLE') && state.record[job]?.outcome !== outcome)
    return step(`COPY job ${job} before SETTLE`, (next) => {
      const refused = next.record[job];
      const broken = copy(next, job, verdict, context);
      if (refused && refused.outcome !== 'skipped') end(next, i);
      return broken;
    });
  if (settleApplies(state, p, context)) {
    step(`SETTLE job ${job} as ${outcome}`, (next) => {
      goOn(next, i, { at: 'copy', verdict });
      return settle(next, p, verdict, context);
    });
    // The sender repeats it: refused, it finds its own verdict.
    fault(`SETTLE job ${job} as ${outcome}, answer LOST`, (next) => settle(next, p, verdict, context));
    return;
  }
  if (ownsSlot(state, p))
    return step(`SETTLE job ${job} refused: the cooldown moved, read again`, (next) =>
      goOn(next, i, { ...p, cooldown: next.cooldown }),
    );
  const found = state.done[job] ?? state.record[job];
  if (found && found.outcome !== 'skipped' && !(outcome === 'accepted' && found.outcome !== 'accepted'))
    return step(`SETTLE job ${job} refused: there is a verdict, copy it`, (next) =>
      goOn(next, i, { at: 'copy', verdict: found }),
    );
  step(`SETTLE job ${job} refused: no verdict`, (next) => {
    end(next, i);
    return outcome === 'accepted'
      ? 'late verdict: an accepted purchase finds neither its slot nor its verdict'
      : undefined;
  });
}
