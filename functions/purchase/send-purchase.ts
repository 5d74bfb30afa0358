// ARM, SEND, SETTLE: the three steps that spend money, each behind the type that only the step before can make.
import type { AckClient } from '../adapters/ack/client.ts';
import type { Ledger } from '../adapters/ledger/ledger.ts';
import type { Log } from '../adapters/telemetry/log.ts';
import type { Metrics } from '../adapters/telemetry/metrics.ts';
import type { SendOutcome } from '../domain/ack/classify-response.ts';
import type { ClusterConfig } from '../domain/config/types.ts';
import type { Buy, DeferReason } from '../domain/decision/decision.ts';
import {
  type Armed,
  type Cluster,
  claim,
  cooldownAfterVerdict,
  newPurchase,
  type Purchase,
  release,
  type Sent,
  type Verdict,
  verdictOf,
} from '../domain/job/purchase.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';
import { timings } from '../domain/timings.ts';

/** What becomes of the message for one job. */
export type Answer =
  | {
      readonly kind: 'done';
      readonly outcome: 'accepted' | 'rejected' | 'skipped' | 'replayed' | 'in-doubt';
      readonly why: string;
    }
  | { readonly kind: 'defer'; readonly until: number; readonly reason: WaitReason; readonly why: string }
  | { readonly kind: 'retry'; readonly why: string }
  | { readonly kind: 'conflict'; readonly why: string }
  /** Somebody else moved the cluster on: read it again and start over. */
  | { readonly kind: 'again' };

/** Why a job waits: as it was decided, or for a purchase that is being sent, for another job's, or after its own send. */
export type WaitReason = DeferReason | 'sending' | 'busy' | 'not-sent';

export interface PurchaseDeps {
  readonly ledger: Ledger;
  readonly ack: AckClient;
  readonly policyOf: (cluster: string) => ClusterConfig;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Unguessable and never the same twice. */
  readonly newNonce: () => string;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Claims the slot for the job; undefined when somebody else moved the cluster on. */
export async function armPurchase(
  job: ScaleJob,
  buy: Buy,
  seen: Cluster,
  deps: PurchaseDeps,
): Promise<Armed | undefined> {
  const purchase = newPurchase(job, buy, deps.policyOf(job.cluster), deps.newNonce(), deps.now());
  try {
    if (await deps.ledger.arm(seen, purchase)) return claim(purchase, 'applied');
  } catch (error) {
    deps.log.warn('arm-unanswered', { key: job.key, cluster: job.cluster, error });
  }
  // A refusal may be the echo of our own success whose answer was lost: the slot itself says whose it is.
  return claim(purchase, await deps.ledger.readCluster(job.cluster));
}

/** Sends an armed purchase, once, and writes down what became of it. */
export async function sendPurchase(armed: Armed, seen: Cluster, deps: PurchaseDeps): Promise<Answer> {
  const sent = release(armed, deps.now());
  if (!sent) return giveBack(armed, seen, { why: 'it was not sent within five seconds of its signature' }, deps);
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
    case 'accepted': {
      const { taskId, requestId } = outcome;
      return settle(
        sent,
        verdictOf(sent, deps.now(), { outcome: 'accepted', taskId, ...(requestId !== undefined && { requestId }) }),
        seen,
        deps,
      );
    }
    case 'rejected': {
      const { code, message, requestId } = outcome;
      return settle(
        sent,
        verdictOf(sent, deps.now(), {
          outcome: 'rejected',
          code,
          message,
          ...(requestId !== undefined && { requestId }),
        }),
        seen,
        deps,
      );
    }
    case 'refused-unexecuted':
      return giveBack(sent, seen, outcome, deps);
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

/**
 * Writes the verdict on a purchase, by its sender or by others. A task that failed may have made the cooldown longer since the
 * cluster was read: it is read again then, as the shorter one must not be put back.
 * @param phase in which it must still be, for who settles by evidence: another visitor may have parked it with more evidence
 * @returns false when the slot is not the purchase's any more
 */
export async function settlePurchase(
  seen: Cluster,
  purchase: Purchase,
  verdict: Verdict,
  { ledger, policyOf, now }: Pick<PurchaseDeps, 'ledger' | 'policyOf' | 'now'>,
  phase?: 'unknown',
): Promise<boolean> {
  let cluster = seen;
  for (;;) {
    const cooldownUntil = cooldownAfterVerdict(cluster, verdict, policyOf(seen.name).cooldownMinutes, now());
    const read = cluster;
    if (await insist(() => ledger.settle(read, purchase, verdict, cooldownUntil, phase))) return true;
    cluster = await ledger.readCluster(seen.name);
    if (cluster.purchase?.nonce !== purchase.nonce || cluster.cooldownUntil === read.cooldownUntil) return false;
  }
}

/** The request provably did not happen: the slot and the reservation go back, and the message drives the next try. */
async function giveBack(
  armed: Armed,
  seen: Cluster,
  refusal: { readonly why: string; readonly retryAfterMs?: number },
  deps: PurchaseDeps,
): Promise<Answer> {
  const until = deps.now() + Math.min(Math.max(refusal.retryAfterMs ?? 0, timings.backoffMs), timings.maxDelayMs);
  const given = await insist(() => deps.ledger.unsent(seen.name, armed, Math.max(seen.cooldownUntil, until)));
  // Refused: given back before, or a later attempt, whose proof says nothing of the first and so stays in doubt.
  if (!given) await insist(() => deps.ledger.mark(seen.name, armed.nonce));
  return { kind: 'defer', until, reason: 'not-sent', why: refusal.why };
}

/** Nobody knows whether it was bought. The slot keeps that doubt, so the message may go once the slot says so. */
async function leaveInDoubt(sent: Sent, seen: Cluster, why: string, deps: PurchaseDeps): Promise<Answer> {
  const marked = await insist(() => deps.ledger.mark(seen.name, sent.nonce));
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
    // No simulated history comes here. Were it to happen, a person must compare the order book with the ledger.
    deps.log.error('late-verdict', { key: sent.key, cluster: name, nonce: sent.nonce, mine, found });
    return { kind: 'retry', why: 'its slot moved on with another verdict, or none' };
  }
  await deps.ledger.copy(name, sent.key, found);
  const own = mine !== undefined && found.nonce === sent.nonce;
  return { kind: 'done', outcome: own ? outcomeOf(mine) : 'replayed', why: `${found.outcome}, settled before` };
}

const outcomeOf = (verdict: Verdict): 'accepted' | 'rejected' =>
  verdict.outcome === 'accepted' ? 'accepted' : 'rejected';

/** Repeats a conditional write whose answer was lost, as every one may be. @throws the last error after three tries. */
async function insist(write: () => Promise<boolean>): Promise<boolean> {
  for (let left = 2; ; left -= 1) {
    try {
      return await write();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
