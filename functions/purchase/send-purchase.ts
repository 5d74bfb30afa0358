// SEND: the one request of an armed purchase, and what its answer proves is written down.
import type { SendOutcome } from '../domain/ack/classify-response.ts';
import { type Armed, type Cluster, release, type Sent, type Verdict, verdictOf } from '../domain/job/purchase.ts';
import { timings } from '../domain/timings.ts';
import type { Answer } from './answer.ts';
import type { PurchaseDeps } from './deps.ts';
import { retryWrite, settlePurchase } from './settle-purchase.ts';

/** Sends an armed purchase, once, and writes down what became of it. */
export async function sendPurchase(armed: Armed, seen: Cluster, deps: PurchaseDeps): Promise<Answer> {
  const sent = release(armed, deps.now());
  if (!sent) return cancelUnsent(armed, seen, { why: 'it was not sent within five seconds of its signature' }, deps);
  const outcome = await deps.ack.scaleOut({
    clusterId: sent.clusterId,
    region: sent.region,
    template: sent.request,
    count: sent.count,
    nonce: sent.nonce,
    signedAt: sent.signedAt,
  });
  deps.log.info('answered', {
    key: sent.key,
    cluster: seen.name,
    count: sent.count,
    attempt: sent.attempt,
    ...outcome,
  });
  if (outcome.kind === 'refused-unexecuted' && outcome.throttled)
    deps.metrics.add('ApiThrottles', 1, { cluster: seen.name });
  return conclude(sent, outcome, seen, deps);
}

function conclude(sent: Sent, outcome: SendOutcome, seen: Cluster, deps: PurchaseDeps): Promise<Answer> {
  switch (outcome.kind) {
    case 'accepted':
    case 'rejected': {
      const { kind, ...answered } = outcome;
      return settle(sent, verdictOf(sent, deps.now(), { outcome: kind, ...answered }), seen, deps);
    }
    case 'refused-unexecuted':
      return cancelUnsent(sent, seen, outcome, deps);
    case 'ambiguous':
      return leaveInDoubt(sent, seen, outcome.why, deps);
  }
}

async function settle(sent: Sent, verdict: Verdict, seen: Cluster, deps: PurchaseDeps): Promise<Answer> {
  // A crash here loses nothing: the verdict stands on the cluster item, and the next visitor copies it.
  if (!(await settlePurchase(seen, sent, verdict, deps))) return findVerdict(sent, verdict, seen, deps);
  await deps.ledger.copy(seen.name, sent.key, verdict);
  return {
    kind: 'done',
    outcome: outcomeOf(verdict),
    why: verdict.taskId ?? `${verdict.code}: ${verdict.message}`,
  };
}

/** The request provably did not happen: the slot and the reservation go back, and the message drives the next try. */
async function cancelUnsent(
  armed: Armed,
  seen: Cluster,
  refusal: { readonly why: string; readonly retryAfterMs?: number },
  deps: PurchaseDeps,
): Promise<Answer> {
  const until = deps.now() + Math.min(Math.max(refusal.retryAfterMs ?? 0, timings.backoffMs), timings.maxDelayMs);
  const given = await retryWrite(() => deps.ledger.unsent(seen.name, armed, Math.max(seen.cooldownUntil, until)));
  // Refused: given back before, or a later attempt, whose proof says nothing of the first and so stays in doubt.
  if (!given) await retryWrite(() => deps.ledger.mark(seen.name, armed.nonce));
  return { kind: 'defer', until, reason: 'not-sent', why: refusal.why };
}

/** Nobody knows whether it was bought. The slot keeps that doubt, so the message may go once the slot says so. */
async function leaveInDoubt(sent: Sent, seen: Cluster, why: string, deps: PurchaseDeps): Promise<Answer> {
  const marked = await retryWrite(() => deps.ledger.mark(seen.name, sent.nonce));
  return marked ? { kind: 'done', outcome: 'in-doubt', why } : findVerdict(sent, undefined, seen, deps);
}

/** SETTLE or MARK was refused: the slot moved on without us, or our own success answered twice. The ledger says which. */
async function findVerdict(
  sent: Sent,
  mine: Verdict | undefined,
  { name }: Cluster,
  deps: PurchaseDeps,
): Promise<Answer> {
  const { purchase, done } = await deps.ledger.readCluster(name);
  if (purchase?.nonce === sent.nonce)
    return { kind: 'done', outcome: 'in-doubt', why: `its purchase is ${purchase.phase}` };
  const bought = mine?.outcome === 'accepted';
  // Past the fence a second attempt took the slot over: what the first one heard so late, if not a purchase, is moot.
  if (purchase?.key === sent.key && !bought) return { kind: 'again' };
  const found = done[sent.key] ?? (await deps.ledger.readJobs([sent.key])).get(sent.key);
  if (!found || found.outcome === 'skipped' || (bought && found.taskId !== mine.taskId)) {
    // A person named another task, or what no simulated history shows: a person must compare the order book with the ledger.
    deps.log.error('late-verdict', { key: sent.key, cluster: name, nonce: sent.nonce, mine, found });
    return { kind: 'retry', why: 'its slot moved on with another verdict, or none' };
  }
  await deps.ledger.copy(name, sent.key, found);
  const own = mine !== undefined && found.nonce === sent.nonce;
  return { kind: 'done', outcome: own ? outcomeOf(mine) : 'replayed', why: `${found.outcome}, settled before` };
}

const outcomeOf = (verdict: Verdict): 'accepted' | 'rejected' =>
  verdict.outcome === 'accepted' ? 'accepted' : 'rejected';
