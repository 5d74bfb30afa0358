// The task that a person names must be in the task list of the cluster: a mistyped id would be followed in vain, and the right
// task would belong to no job.
import type { AckClient } from '../../adapters/ack/client.ts';
import type { Cluster } from '../../domain/job/purchase.ts';
import { candidatesFor } from '../../purchase/visit/unowned-tasks.ts';
import { CommandFailed, describeError } from '../terminal/errors.ts';
import { formatInstant } from '../terminal/instants.ts';

interface Sent {
  readonly clusterId: string;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly signedAt: number;
}

/** @throws CommandFailed with the candidates, or with why the list cannot be read */
export async function checkTask(taskId: string, sent: Sent, cluster: Cluster, ack: () => AckClient): Promise<void> {
  const tasks = await listTasks(taskId, sent, ack);
  const candidates = candidatesFor(sent, cluster, tasks);
  if (candidates.some((one) => one.taskId === taskId)) return;
  const offered = candidates.map(({ taskId: id, createdAt }) =>
    createdAt === undefined ? `${id} (without a readable date)` : `${id} (${formatInstant(createdAt)})`,
  );
  const remedy = offered.length === 0 ? 'it has none that belongs to no job' : `give one of ${offered.join(', ')}`;
  throw new CommandFailed(
    `--accepted: ${taskId} is not among the scale-outs of ${sent.clusterId} since the request was signed; ${remedy}, or add --force if you know that it bought these nodes`,
  );
}

async function listTasks(taskId: string, { clusterId, region }: Sent, ack: () => AckClient) {
  try {
    return await ack().listTasks(clusterId, region);
  } catch (error) {
    throw new CommandFailed(
      `--accepted: ${taskId} cannot be checked: ${describeError(error)}; repair that, or add --force if the console shows that it bought these nodes`,
    );
  }
}
