// A settlement depends on the time: until when a request can execute, and until when its nodes are expected.
import { timings } from '../../domain/timings.ts';
import { CommandFailed } from '../terminal/errors.ts';

/**
 * @param serverNow the time in the last answer of AWS, epoch milliseconds
 * @throws CommandFailed unless the clock of this machine is known to be right
 */
export function checkClock(now: number, serverNow: number | undefined): void {
  if (serverNow === undefined)
    throw new CommandFailed(
      'an answer of AWS has no Date header, so the clock of this machine cannot be checked; does a proxy remove the header?',
    );
  const aheadMs = now - serverNow;
  // The Date header is cut to the second.
  if (Math.abs(aheadMs) <= timings.maxClockSkewMs + 1000) return;
  const difference = `${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
  throw new CommandFailed(
    `the clock of this machine is ${difference} that of AWS; set it right: a settlement depends on it`,
  );
}
