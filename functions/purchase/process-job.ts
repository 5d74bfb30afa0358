// The purchase protocol: one job, at most one purchase. ScaleOutCluster has no client token, so there is one send per
// job, a durable record before it, evidence after it, and doubt is a state of its own. README.md has it on one page;
// test/simulation proves that no condition can be left out.
import type { Wait as Note, Waits } from '../adapters/notes/waits.ts';
import type { Buy, Decline } from '../domain/job/decision.ts';
import { decisionRecord } from '../domain/job/decision-record.ts';
import { type Armed, type Cluster, claim, newPurchase, type Skip } from '../domain/job/purchase.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';
import type { Answer } from './answer.ts';
import type { Assessment, Replay, Wait } from './assess-job.ts';
import type { PurchaseDeps } from './deps.ts';
import { assessWithEvidence } from './evidence.ts';
import type { View } from './read-view.ts';
import { sendPurchase } from './send-purchase.ts';

export interface JobDeps extends PurchaseDeps {
  /** Finishes what is in the cluster's slot, as the reconciler would. */
  readonly help: (cluster: string) => Promise<void>;
  /** Called before each write, as one may be applied although its call fails: with the key of a job, or for its cluster's item. */
  readonly onWrite: (item: 'cluster' | { readonly key: string }) => void;
  /** Takes the write of a skip over, to be awaited before its message is acknowledged; absent where it is awaited at once. */
  readonly awaitLater?: ((write: Promise<boolean>) => void) | undefined;
  /** For people: no decision to buy reads the notes. */
  readonly waits: Waits;
}

/** @param view read before, the cluster first (read-view.ts) */
export async function processJob(arrived: ScaleJob, view: View, deps: JobDeps): Promise<Answer> {
  const { assessment, job, exhausted } = await assessWithEvidence(arrived, view, deps);
  if (job.asksAgain && (assessment.kind !== 'buy' || exhausted)) return askInVain(arrived, job, assessment, view, deps);
  logDecision(job, assessment, deps);
  // A crash up to here leaves nothing behind: the message comes back and is assessed again.
  switch (assessment.kind) {
    case 'conflict':
      return assessment;
    case 'replay':
      return replay(job, assessment, deps);
    case 'wait':
      return wait(job, assessment, deps);
    case 'skip':
      return skipJob(job, assessment, deps);
    case 'buy': {
      // ARM. A crash before it leaves nothing behind. From it on the slot is `sending`: once its lease is over, the reconciler calls
      // the purchase unknown and looks for evidence.
      deps.onWrite('cluster');
      const armed = await armPurchase(job, assessment, view.cluster, deps);
      if (!armed) return { kind: 'again' };
      // SEND, SETTLE, COPY. A crash between SEND and SETTLE leaves a doubt; between SETTLE and COPY a verdict on the cluster's
      // item, which the next visitor copies.
      const answer = await sendPurchase(armed, view.cluster, deps);
      if (answer.kind === 'defer') await recordWait(job, answer, assessment, deps);
      return answer;
    }
  }
}

async function replay({ cluster, key }: ScaleJob, replayed: Replay, { ledger, onWrite }: JobDeps): Promise<Answer> {
  const { outcome, why, uncopied } = replayed;
  if (uncopied) {
    onWrite({ key });
    await ledger.copy(cluster, key, uncopied);
  }
  return { kind: 'done', outcome, why };
}

async function wait(job: ScaleJob, waiting: Wait, deps: JobDeps): Promise<Answer> {
  const { reason, until, why } = waiting;
  if (reason === 'busy') await deps.help(job.cluster);
  // Its own purchase is in the slot, and more than a note.
  if (reason !== 'sending') await recordWait(job, waiting, waiting, deps);
  return { kind: 'defer', reason, until, why };
}

/**
 * An alert that asks again and buys nothing: no record, so that it does not use up its key, and one note and one line an hour. It comes
 * again as long as it stands.
 */
async function askInVain(
  { key, again }: ScaleJob,
  job: ScaleJob,
  assessment: Assessment,
  { cluster: { stillShort } }: View,
  deps: JobDeps,
): Promise<Answer> {
  const { ledger, waits, log, now, onWrite } = deps;
  const done = { kind: 'done', outcome: 'replayed' } as const;
  // Another delivery of the same message was faster.
  if (assessment.kind === 'conflict' || assessment.kind === 'replay') return { ...done, why: assessment.why };
  const exhausted = assessment.kind === 'buy';
  const why = exhausted
    ? `it has bought or was rejected ${(again?.times ?? 0) + 1} times, and nodes are still missing: ${assessment.why}`
    : assessment.why;
  const reason = exhausted ? 'still-short' : assessment.reason;
  const told = (await waits.read([job.key]).catch(() => undefined))?.get(job.key)?.reason === reason;
  // An event follows from the write. With two alerts that are still short, each takes the other's place: then once an hour.
  const times = again?.times ?? 0;
  if (exhausted && !told && (stillShort?.key !== key || stillShort.times !== times)) {
    onWrite('cluster');
    await ledger.reportStillShort(job.cluster, { key, times, why, at: now() });
  }
  if (!told) {
    log.info('asked-in-vain', { key: job.key, cluster: job.cluster, reason, why });
    await recordWait(job, { reason, until: now(), why }, assessment, deps);
  }
  return { ...done, why, quiet: true };
}

async function skipJob(
  job: ScaleJob,
  decline: Decline,
  { ledger, now, onWrite, awaitLater }: JobDeps,
): Promise<Answer> {
  const at = now();
  const { reason, why, dryRun } = decline;
  const story = decisionRecord(job, decline, at);
  const skip: Skip = { outcome: 'skipped', reason, payload: job.payload, at, story, ...(dryRun && { dryRun }) };
  onWrite({ key: job.key });
  const write = ledger.skip(job.cluster, job.key, skip);
  if (awaitLater) awaitLater(write);
  else await write;
  return { kind: 'done', outcome: 'skipped', why };
}

/** Claims the slot for the job; undefined when another process moved the cluster on. */
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

/** Neither slot nor record shows a job that waits: a note does. It is for people, so the job goes on without it. */
async function recordWait(
  job: ScaleJob,
  { reason, until, why }: Pick<Note, 'reason' | 'until' | 'why'>,
  decided: Pick<Buy, 'why' | 'basis'>,
  { waits, log, now }: JobDeps,
): Promise<void> {
  const { key, cluster, payload, alerts } = job;
  const at = now();
  const story = decisionRecord(job, decided, at);
  await waits
    .note({ key, cluster, payload, reason, why, until, at, story, ...(alerts !== undefined && { alerts }) })
    .catch((error: unknown) => log.warn('wait-not-noted', { key, cluster, error }));
}

/** Every decision is one line of the log, and one count. What the ledger knew already, or the slot holds up, is no decision. */
function logDecision(job: ScaleJob, assessment: Assessment, { log, metrics }: JobDeps): void {
  if (assessment.kind === 'conflict' || assessment.kind === 'replay') return;
  if (assessment.kind === 'wait' && (assessment.reason === 'sending' || assessment.reason === 'busy')) return;
  const { key, cluster, source, intent, alerts, requestedBy, since, occurredAt } = job;
  const need = { key, cluster, source, intent, ...(alerts && { alerts }), occurredAt: since ?? occurredAt };
  // `defer` is what operators filter by.
  const kind = assessment.kind === 'wait' ? 'defer' : assessment.kind;
  log.info('decided', { ...need, ...(requestedBy !== undefined && { requestedBy }), ...assessment, kind });
  metrics.add('Decisions', 1, { kind, reason: assessment.kind === 'buy' ? 'buy' : assessment.reason });
}
