// `enqueue --wait`: reads the ledger, the notes and the dead-letter queue until the job has ended.
import { setTimeout } from 'node:timers/promises';
import type { ScaleJob } from '../../domain/job/scale-job.ts';
import { causeOf, withDeadLetters } from '../redrive/dead-letters.ts';
import { type KnownJob, knownJob } from '../report/known-job.ts';
import type { CommandDeps } from '../target/command-line.ts';
import type { Target } from '../target/target.ts';
import { CommandFailed, describeError } from '../terminal/errors.ts';
import { follow, type Snapshot } from './follow.ts';

const readEveryMs = 1000;

/** A look at the dead-letter queue hides its messages from others for a moment, so there are fewer looks later. */
const looksForDeadLetter = (read: number): boolean => read <= 5 || read % 15 === 0;

interface Request {
  readonly job: ScaleJob;
  /** Of its message. */
  readonly body: string;
  readonly timeoutMs?: number | undefined;
  /** Where the steps go. */
  readonly where: 'results' | 'remarks';
}

/** @throws CommandFailed that names the command to go on with */
export async function waitForJob(
  { job: { key, cluster, payload }, body, timeoutMs, where }: Request,
  target: Target,
  { terminal, now }: Pick<CommandDeps, 'terminal' | 'now'>,
): Promise<KnownJob> {
  const { connectLedger, connectWaits } = await import('../target/connect.ts');
  const [ledger, waits] = [connectLedger(target), connectWaits(target, now)];
  const until = timeoutMs === undefined ? undefined : now() + timeoutMs;
  const findDeadLetter = await deadLetterFinder(body, target, terminal);
  let reads = 0;
  async function read(): Promise<Snapshot> {
    const seen = await ledger.readCluster(cluster);
    const [records, notes] = await Promise.all([ledger.readJobs([key]), waits.read([key])]);
    const job = knownJob(key, seen, records.get(key), notes.get(key));
    reads += 1;
    const mayBeDead = (!job || job.state === 'waiting') && looksForDeadLetter(reads);
    return { cluster: seen, job, deadLetter: mayBeDead ? await findDeadLetter() : undefined };
  }
  const line = terminal.live(where);
  try {
    return await follow({
      ...{ payload, read, onStep: line.update, pause: () => setTimeout(readEveryMs) },
      isLate: () => until !== undefined && now() >= until,
    });
  } catch (error) {
    const show = `npx scale-out show ${key}${target.flags}`;
    if (error instanceof CommandFailed) throw new CommandFailed(`${key}: ${error.message}`, error.exitCode);
    throw new CommandFailed(`${describeError(error)}. The request was sent; see ${show}`);
  } finally {
    line.end();
  }
}

/** Without a right to read that queue, the waiting goes on without it. */
async function deadLetterFinder(
  body: string,
  target: Target,
  terminal: CommandDeps['terminal'],
): Promise<() => Promise<Snapshot['deadLetter']>> {
  if (target.deadLetterQueueUrl === undefined) return async () => undefined;
  const { connectDeadLetters } = await import('../target/connect.ts');
  const queue = connectDeadLetters(target);
  let readable = true;
  return async () => {
    if (!readable) return undefined;
    try {
      // A deferred message has another id, and the same body.
      return await withDeadLetters(queue, terminal, async (all) => {
        const found = all.find((one) => one.body === body);
        if (!found) return undefined;
        const { reason, detail } = causeOf(found.attributes);
        return { reason, detail: `${detail}; npx scale-out dlq list${target.flags}` };
      });
    } catch (error) {
      readable = false;
      terminal.warn(
        `the dead-letter queue cannot be read, so a message that lands there looks as if it waited: ${describeError(error)}`,
      );
      return undefined;
    }
  };
}
