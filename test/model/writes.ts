// The conditional writes (functions/adapters/ledger/ledger.ts), each as one atomic step: its condition, and its effect.
// `p` is the process that writes, with what it read before.
import type { Context } from './context.ts';
import { maxAttempts } from './options.ts';
import { isEnd, type Process, type State, type Verdict } from './state.ts';

/** A process that read the cluster before can no longer write where `ver = :seen` is asked for. */
function moveVersion(next: State): void {
  next.processes = next.processes.map((process) => (process.fresh ? { ...process, fresh: false } : process));
}

/** `purchase.nonce = :n` */
export const ownsSlot = ({ slot }: State, p: Process): boolean => p.request >= 0 && slot?.request === p.request;

export function newRequest(next: State, job: number, outside: number): number {
  return next.requests.push({ job, net: 'unsent', answer: 'none', clock: 'open', outside }) - 1;
}

/** ARM: IF ver = :v */
export function armApplies({ slot }: State, p: Process, { is }: Context): boolean {
  if (is('ARM without version')) return true;
  if (is('slot check instead of version')) return slot === null;
  return p.fresh;
}

export function arm(next: State, p: Process): number {
  const request = newRequest(next, p.job, p.outside);
  next.slot = { job: p.job, request, phase: 'sending', attempt: 1, empties: 0 };
  next.used += 1;
  moveVersion(next);
  return request;
}

/** REARM: IF nonce = :n AND phase = :unknown AND ver = :seen AND signedAt <= :now - fence AND attempt < :max AND not paused */
export function rearmApplies(state: State, p: Process, { is }: Context): boolean {
  const { slot, paused } = state;
  if (!slot || slot.attempt >= maxAttempts) return false;
  const anyNonce = is('REARM without nonce') || is('REARM without nonce and version');
  if (!ownsSlot(state, p) && !anyNonce) return false;
  if (slot.phase === 'parked' && !is('REARM of a parked slot') && !is('REARM in any phase')) return false;
  if (slot.phase === 'sending' && !is('REARM in any phase')) return false;
  const pauseIgnored =
    is('REARM while paused') || is('REARM without its condition on pause') || is('REARM by nonce and phase alone');
  if (paused && !pauseIgnored) return false;
  const anyVersion = is('REARM without version') || is('REARM without nonce and version');
  return p.fresh || anyVersion || is('REARM by nonce and phase alone');
}

export function rearm(next: State, p: Process, { is }: Context): number {
  const request = newRequest(next, p.job, p.outside);
  const { job, attempt } = next.slot ?? { job: p.job, attempt: 0 };
  next.slot = { job, request, phase: 'sending', attempt: attempt + 1, empties: 0 };
  if (!is('REARM keeps the version')) moveVersion(next);
  return request;
}

/** MARK: IF nonce = :n AND phase = :sending */
export function mark(next: State, { is }: Context): void {
  if (next.slot?.phase !== 'sending' && !is('MARK in any phase')) return;
  if (next.slot) next.slot = { ...next.slot, phase: 'unknown' };
  if (is('refund on doubt')) next.used -= 1;
}

/** UNSENT: IF nonce = :n AND phase = :sending AND attempt = 1 */
export function unsentApplies(state: State, p: Process, { is }: Context): boolean {
  if (!state.slot || !ownsSlot(state, p)) return false;
  if (state.slot.phase !== 'sending' && !is('UNSENT in any phase')) return false;
  return state.slot.attempt === 1 || is('UNSENT on any attempt');
}

export function unsent(next: State, p: Process, context: Context): string | undefined {
  next.slot = null;
  if (!context.is('UNSENT without refund')) next.used -= 1;
  return setCooldown(next, p.cooldown, 'UNSENT');
}

/** SETTLE: IF nonce = :n AND cooldownUntil = :was */
export function settleApplies(state: State, p: Process, { is }: Context): boolean {
  if (!state.slot) return false;
  const mine = ownsSlot(state, p) || is('SETTLE without nonce') || (is('SETTLE by job') && state.slot.job === p.job);
  return mine && (state.cooldown === p.cooldown || is('SETTLE without its condition on the cooldown'));
}

export function settle(next: State, p: Process, verdict: Verdict, { is, options }: Context): string | undefined {
  const job = is('SETTLE without nonce') ? (next.slot?.job ?? p.job) : p.job;
  const bought = verdict.outcome === 'accepted';
  next.slot = null;
  if (!bought) next.used -= 1;
  if (!is('SETTLE without verdict')) next.done[job] = verdict;
  if (!options.follow) return undefined;
  if (bought && (!options.settledBefore || job === 0)) next.pending[job] = 'awaited';
  const usual = verdict.outcome === 'abandoned' ? 0 : 1;
  return setCooldown(next, Math.max(p.cooldown, usual), 'SETTLE');
}

function setCooldown(next: State, to: number, by: string): string | undefined {
  const broken = to < next.cooldown ? `${by} puts back the longer cooldown of another write` : undefined;
  next.cooldown = to;
  return broken;
}

/** COPY: IF absent OR outcome = :skipped */
export function copy(next: State, job: number, verdict: Verdict, { is }: Context): string | undefined {
  const found = next.record[job];
  if (found && is('COPY without condition')) {
    const ended = isEnd(next.progress[job] ?? 'none');
    next.record[job] = verdict;
    next.progress[job] = 'none';
    if (ended) return 'COPY removes the end from a record';
    return found.outcome !== 'skipped' && found.outcome !== verdict.outcome
      ? 'a verdict is replaced by another'
      : undefined;
  }
  const applies = !found || (found.outcome === 'skipped' && !is('COPY does not replace a skip'));
  if (applies) next.record[job] = verdict;
  return undefined;
}

/** SKIP: IF absent */
export function skip(next: State, job: number, { is }: Context): void {
  if (!next.record[job] || is('SKIP without condition')) next.record[job] = { outcome: 'skipped', task: -1 };
}

/** FORGET: IF the slot is free AND the verdict is older than an hour; the visitor has read the copy of it before. */
export function forgetApplies({ slot, done, record }: State, job: number, { is }: Context): boolean {
  const verdict = done[job];
  if (!verdict) return false;
  if (record[job]?.outcome !== verdict.outcome && !is('FORGET before copy')) return false;
  return slot === null || is('FORGET beside a slot');
}

export function forget(next: State, job: number, { is }: Context): void {
  next.done[job] = null;
  // Its task is older still: no signature from now on has it in its window.
  if (!is('FORGET of young verdicts')) next.old |= 1 << job;
  if (!is('FORGET keeps the version')) moveVersion(next);
}

/** FOLLOW: IF outcome = accepted AND (no progress OR progress = overdue) */
export function followApplies({ record, progress }: State, { job }: Process, { is }: Context): boolean {
  if (record[job]?.outcome !== 'accepted') return false;
  return !isEnd(progress[job] ?? 'none') || is('FOLLOW replaces an end');
}

export function follow(next: State, { job, standing }: Process): string | undefined {
  const before = next.progress[job] ?? 'none';
  next.progress[job] = standing;
  return isEnd(before) && before !== standing ? `an end is replaced: ${standing} over ${before}` : undefined;
}

/** SHRINK: IF ver = :seen AND cooldownUntil = :was */
export function shrinkApplies({ cooldown }: State, p: Process, { is }: Context): boolean {
  if (!p.fresh && !is('SHRINK without version')) return false;
  return cooldown === p.cooldown || is('SHRINK over a moved cooldown');
}

/**
 * Giving up writes no end into the record, so an end that is recorded meanwhile stands beside it: the node is awaited no
 * more, and a failure that comes a day late makes no cooldown longer.
 */
export function shrink(next: State, p: Process, { is }: Context): string | undefined {
  const { job, standing } = p;
  const progress = next.progress[job] ?? 'none';
  const before = next.cooldown;
  const endsRow = standing === 'completed' && p.failures > 0;
  next.pending[job] = standing === 'overdue' ? 'overdue' : 'none';
  next.failures = standing === 'failed' ? 1 : endsRow ? 0 : p.failures;
  next.cooldown = standing === 'failed' ? 2 : endsRow ? Math.min(p.cooldown, 1) : p.cooldown;
  if (!is('SHRINK keeps the version')) moveVersion(next);
  if (isEnd(standing) && standing !== progress) return `the cluster counts ${standing}, and the record has ${progress}`;
  if (next.cooldown < before && !(endsRow && next.cooldown === 1))
    return 'SHRINK puts back the longer cooldown of another write';
  return undefined;
}

/** PAUSE and RESUME: IF ver = :seen */
export function pause(next: State, paused: boolean, { is }: Context): void {
  next.paused = paused;
  if (is(paused ? 'PAUSE without version' : 'RESUME without version')) return;
  moveVersion(next);
}
