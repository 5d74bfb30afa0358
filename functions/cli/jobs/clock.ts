// What a person settles depends on the time: whether a request could still execute, and until when its nodes are awaited.
import { timings } from '../../domain/timings.ts';
import { CommandFailed } from '../terminal/errors.ts';

/** @param serverNow by the last answer of AWS, epoch milliseconds @throws CommandFailed unless the clock of this machine is known to be right */
export function checkClock(now: number, serverNow: number | undefined): void {
  if (serverNow === undefined)
    throw new CommandFailed(
      'an answer of AWS tells no time, so nothing shows that the clock of this machine is right, on which your word depends; is there a proxy in between that removes its Date header?',
    );
  const aheadMs = now - serverNow;
  // Dates of answers are cut to the second.
  if (Math.abs(aheadMs) <= timings.maxClockSkewMs + 1000) return;
  const off = `${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
  throw new CommandFailed(
    `the clock of this machine is ${off} that of AWS; set it right: what you say here depends on it`,
  );
}
