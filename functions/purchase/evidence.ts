// Reads what an assessment asks for, and nothing else. Writes nothing, so previews use it as the queue function does.
import type { AckClient } from '../adapters/ack/client.ts';
import type { ClockSkewMs } from '../domain/ack/clock-problem.ts';
import type { ClusterConfig } from '../domain/config/types.ts';
import { againKey } from '../domain/job/idempotency-key.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';
import { type Assessment, assessJob, type Known } from './assess-job.ts';
import type { View, ViewDeps } from './read-view.ts';
import type { RecheckAlert } from './recheck-alert.ts';

export interface EvidenceDeps {
  readonly ledger: ViewDeps['ledger'];
  /** A preview prepares nothing. */
  readonly ack: Pick<AckClient, 'describeCluster' | 'listNodes'> & Partial<Pick<AckClient, 'prepareScaleOut'>>;
  readonly policyOf: (cluster: string) => ClusterConfig;
  readonly recheckAlert: RecheckAlert;
  readonly clockSkewMs: ClockSkewMs;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

interface Assessed {
  readonly assessment: Assessment;
  /** With what its alert says by now; of an alert that asks again, under the key of that. */
  readonly job: ScaleJob;
  /** It has bought as often as its rule allows, so it buys nothing more. */
  readonly exhausted: boolean;
}

/** @throws what a failed read throws */
export async function assessWithEvidence(arrived: ScaleJob, view: View, deps: EvidenceDeps): Promise<Assessed> {
  const { job, exhausted, isAnswered } = await underItsKey(arrived, view, deps);
  if (isAnswered) {
    const why = 'what its sender told was answered before';
    return { assessment: { kind: 'replay', outcome: 'replayed', why }, job, exhausted };
  }
  const policy = deps.policyOf(job.cluster);
  let evidence: Pick<Known, 'recheck' | 'reported'> = {};
  for (;;) {
    const assessment = assessJob({ job, view, policy, now: deps.now(), ...evidence });
    switch (assessment.kind) {
      case 'needs-recheck':
        evidence = { ...evidence, recheck: await deps.recheckAlert(job) };
        break;
      case 'needs-fleet':
        evidence = { ...evidence, reported: await readCluster(policy, deps) };
        break;
      default:
        return { assessment, job: evidence.recheck?.job ?? job, exhausted };
    }
  }
}

/** The first key of an alert that asks again under which nothing was bought or rejected. The cluster was read before. */
async function underItsKey(job: ScaleJob, { cluster }: View, { ledger }: EvidenceDeps) {
  if (!job.asksAgain || !job.again) return { job, exhausted: false, isAnswered: false };
  const { times } = job.again;
  const keys = Array.from({ length: times }, (_, i) => againKey(job.key, i + 2));
  const records = await ledger.readJobs(keys);
  const decided = keys.flatMap((key) => cluster.done[key] ?? records.get(key) ?? []);
  const free = keys.find((key) => !records.has(key) && !cluster.done[key]);
  // Whatever the answer was.
  const isAnswered = decided.some(({ story }) => (job.since ?? job.occurredAt) <= story.decidedAt);
  return { job: { ...job, key: free ?? againKey(job.key, times + 2) }, exhausted: free === undefined, isAnswered };
}

async function readCluster({ id, region, dryRun }: ClusterConfig, { ack, clockSkewMs }: EvidenceDeps) {
  // Beside the look, as its handshake takes as long.
  if (!dryRun) ack.prepareScaleOut?.(id, region);
  const [{ state }, nodes] = await Promise.all([ack.describeCluster(id, region), ack.listNodes(id, region)]);
  return { state, nodes, clockSkewMs: clockSkewMs() };
}
