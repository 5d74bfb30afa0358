// Reads what an assessment asks for, and nothing else. Writes nothing, so previews use it as the queue function does.
import type { AckClient } from '../adapters/ack/client.ts';
import type { ClockSkewMs } from '../domain/ack/clock-problem.ts';
import type { ClusterConfig } from '../domain/config/types.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';
import { type Assessment, assessJob, type Known } from './assess-job.ts';
import type { View } from './read-view.ts';
import type { RecheckAlert } from './recheck-alert.ts';

export interface EvidenceDeps {
  readonly ack: Pick<AckClient, 'describeCluster' | 'listNodes'>;
  readonly policyOf: (cluster: string) => ClusterConfig;
  readonly recheckAlert: RecheckAlert;
  readonly clockSkewMs: ClockSkewMs;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

interface Assessed {
  readonly assessment: Assessment;
  /** With what its alert says by now. */
  readonly job: ScaleJob;
}

/** @throws what a failed read throws */
export async function assessWithEvidence(job: ScaleJob, view: View, deps: EvidenceDeps): Promise<Assessed> {
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
        return { assessment, job: evidence.recheck?.job ?? job };
    }
  }
}

async function readCluster({ id, region }: ClusterConfig, { ack, clockSkewMs }: EvidenceDeps) {
  const [{ state }, nodes] = await Promise.all([ack.describeCluster(id, region), ack.listNodes(id, region)]);
  return { state, nodes, clockSkewMs: clockSkewMs() };
}
