// What the baselines share: the same messages, the same ports, the same histories as ours.
import type { AlertMessage } from '../../../functions/adapters/queue/queue.ts';
import type { SendOutcome } from '../../../functions/domain/ack/classify-response.ts';
import { parseAlert } from '../../../functions/domain/alerts/parse-alert.ts';
import type { ScaleJob } from '../../../functions/domain/job/scale-job.ts';
import type { Handler } from '../actors.ts';
import type { Ports } from '../ports.ts';

/** Handles one job. A throw brings the message back, as a queue-triggered function does it. */
type JobHandler = (job: ScaleJob, ports: Ports) => Promise<void>;

export function createBaseline(handleJob: JobHandler): Handler {
  return async (messages, _deadline, ports) => {
    const back: string[] = [];
    for (const message of messages) if (!(await handleMessage(message, handleJob, ports))) back.push(message.messageId);
    return back;
  };
}

async function handleMessage(message: AlertMessage, handleJob: JobHandler, ports: Ports): Promise<boolean> {
  const parsed = parseAlert(message.body, { config: ports.config, now: ports.now() });
  try {
    if (parsed.kind === 'jobs') for (const job of parsed.jobs) await handleJob(job, ports);
    // Poison fails until the redrive policy moves it, as it does without code of its own.
    return parsed.kind !== 'poison';
  } catch {
    return false;
  }
}

/** One request for the job, as a plain client of the API sends it. */
export async function buy(job: ScaleJob, ports: Ports): Promise<SendOutcome> {
  const { id, region, worker, limits } = ports.policyOf(job.cluster);
  const nonce = ports.newNonce();
  ports.own(nonce, job.key, job.cluster);
  const asked = job.intent.kind === 'breach' ? 1 : job.intent.nodes;
  const count = Math.min(asked, limits.maxPerPurchase);
  const outcome = await ports.ack.scaleOut({
    clusterId: id,
    region,
    template: worker,
    count,
    nonce,
    signedAt: ports.now(),
  });
  if (outcome.kind === 'rejected') ports.noteRejected(job.key);
  return outcome;
}
