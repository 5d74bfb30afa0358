// Applies faults of transport and gateway to an answer.
import type { AnswerFault, RefusalFault } from './faults.ts';
import { type Delivery, gatewayRefusal, type Outcome, type Refusal, type SimAnswer } from './messages.ts';

const errorCodes: ReadonlyMap<number, string> = new Map([
  [403, 'Forbidden.RAM'],
  [503, 'ServiceUnavailable'],
]);

const errorOf = ({ status, code, spelling }: Extract<RefusalFault | AnswerFault, { kind: 'error' }>): Refusal => ({
  ...gatewayRefusal(status, code ?? errorCodes.get(status) ?? 'InternalError', 'The request processing has failed.'),
  spelling: spelling ?? 'gateway',
});

export function refusalOf(fault: RefusalFault): Refusal {
  if (fault.kind === 'error') return errorOf(fault);
  const { status, retryAfterMs } = fault;
  const refusal = gatewayRefusal(status, 'Throttling.User', 'Request was denied due to user flow control.');
  return retryAfterMs === undefined ? refusal : { ...refusal, retryAfterMs };
}

export function spoilContent(outcome: Outcome, fault: AnswerFault | undefined): Outcome {
  if (fault?.kind === 'error') return errorOf(fault);
  if (fault?.kind !== 'no-task-id' || outcome.kind === 'refused') return outcome;
  const { task_id: _lost, ...body } = outcome.body;
  return { ...outcome, body };
}

export function spoilTransport(
  answer: Pick<SimAnswer, 'status' | 'headers' | 'body'>,
  fault: AnswerFault | undefined,
  delayMs: number,
): Pick<SimAnswer, 'status' | 'headers' | 'body' | 'delivery'> {
  const half = Math.floor(answer.body.length / 2);
  const deliver = (delivery: Delivery) => ({ ...answer, delivery });
  switch (fault?.kind) {
    case 'drop':
      return deliver({ kind: 'reset', delayMs });
    case 'half-close':
      return deliver({ kind: 'half-close', delayMs });
    case 'truncate':
      return fault.cut === 'connection'
        ? deliver({ kind: 'cut', delayMs, bytes: half })
        : { ...answer, body: answer.body.slice(0, half), delivery: { kind: 'answer', delayMs } };
    default:
      return deliver({ kind: 'answer', delayMs });
  }
}
