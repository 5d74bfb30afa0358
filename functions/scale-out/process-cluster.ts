// The needs of one cluster, in order over one reading of its items. One decision answers most alerts of a message; what it leaves is
// decided after it (../purchase/need.ts).
import type { AlertMessage } from '../adapters/queue/queue.ts';
import { policyOf } from '../domain/config/defaults.ts';
import type { Config } from '../domain/config/types.ts';
import type { ScaleJob } from '../domain/job/scale-job.ts';
import { toError } from '../domain/problems.ts';
import { timings } from '../domain/timings.ts';
import type { Answer } from '../purchase/answer.ts';
import { chooseJob, isLeft, type Need } from '../purchase/need.ts';
import { type JobDeps, processJob } from '../purchase/process-job.ts';
import { readViews, type View, type ViewDeps } from '../purchase/read-view.ts';

export interface ClusterDeps extends Omit<JobDeps, 'policyOf' | 'help' | 'onWrite' | 'awaitLater'> {
  readonly config: Config;
  readonly recoveries: ViewDeps['recoveries'];
  /** Finishes what is in a cluster's slot, as the reconciler would; begins nothing new from `until` on, epoch milliseconds. */
  readonly reconcile: (cluster: string, until: number) => Promise<void>;
}

export interface Part {
  readonly need: Need;
  readonly message: AlertMessage;
}

export const jobsOf = (parts: readonly Part[]): readonly ScaleJob[] => parts.flatMap(({ need }) => need);

/** How often a job starts over when others keep moving its cluster on, before its message takes a break. */
const maxStarts = 5;

/**
 * @param asRead undefined where the items could not be read
 * @param deadline epoch milliseconds at which the function is stopped
 */
export async function processCluster(
  cluster: string,
  parts: readonly Part[],
  asRead: View | undefined,
  deadline: number,
  deps: ClusterDeps,
  answered: (part: Part, answer: Answer) => void,
): Promise<void> {
  const policy = policyOf(deps.config, cluster);
  let view = asRead;
  let helped = false;
  /** Under way: nothing that is decided later depends on them. */
  let writes: Promise<boolean>[] = [];

  async function answerOf({ need, message: { messageId } }: Part, later: readonly ScaleJob[]): Promise<Answer> {
    const read = async () => (await readViews([...need, ...later], deps)).get(cluster);
    const lately = new Set<string>();
    for (;;) {
      const { job, answer } = await decide(need, later, lately, read);
      const { key, source, alerts } = job;
      if (answer.kind !== 'done' || !answer.quiet)
        deps.log.info('job', { key, cluster, source, messageId, ...(alerts && { alerts }), ...answer });
      if (answer.kind === 'done' && answer.outcome === 'replayed' && !answer.quiet) deps.metrics.add('Replays', 1);
      if (answer.kind !== 'done' || answer.outcome === 'replayed' || need.length === 1) return answer;
      lately.add(key);
      view = await read().catch(() => undefined);
      if (!view) return { kind: 'retry', why: 'what it leaves could not be read' };
      if (!isLeft(need, view, policy, deps.now(), lately)) return answer;
      // The next alert would most likely be rejected as well, at once.
      if (answer.outcome === 'rejected') {
        const until = deps.now() + timings.afterRejectionMs;
        return { kind: 'defer', reason: 'cooldown', until, why: 'another alert of its message was rejected' };
      }
    }
  }

  async function decide(
    need: Need,
    later: readonly ScaleJob[],
    lately: ReadonlySet<string>,
    read: () => Promise<View | undefined>,
  ): Promise<{ readonly job: ScaleJob; readonly answer: Answer }> {
    const laterKeys = new Set(later.map(({ key }) => key));
    // A write to the cluster's item, or to the record of a key that comes again in the batch, ends the reading; nothing else does.
    let outdated = false;
    const jobDeps: JobDeps = {
      ...deps,
      policyOf: () => policy,
      async help() {
        // One visit finishes all that can be finished now: a second one in the same batch would only list the same tasks.
        if (helped) return;
        helped = true;
        outdated = true;
        // The timer comes in any case, and this job must only wait.
        await deps
          .reconcile(cluster, deadline - timings.jobTimeMs)
          .catch((error: unknown) => deps.log.warn('help-failed', { cluster, error }));
      },
      // What a group leaves is decided over a new reading, and a key that comes again needs its record.
      awaitLater:
        need.length === 1 && !laterKeys.has(need[0].key)
          ? (write) => {
              writes.push(write);
              // Whoever awaits it sees its failure.
              write.catch(() => undefined);
            }
          : undefined,
      onWrite(item) {
        outdated ||= item === 'cluster' || laterKeys.has(item.key);
      },
    };
    let [job] = need;
    for (let start = 0; start < maxStarts; start += 1) {
      if (deps.now() + timings.jobTimeMs > deadline)
        return { job, answer: { kind: 'retry', why: 'the function has no time left to start it' } };
      outdated = false;
      let answer: Answer = { kind: 'again' };
      try {
        view ??= await read();
        if (view) {
          job = chooseJob(need, view, policy, deps.now(), lately);
          answer = await processJob(job, view, jobDeps);
        }
      } catch (error) {
        deps.log.error('job-failed', { key: job.key, cluster, error });
        answer = { kind: 'retry', why: toError(error).message };
      }
      if (outdated) view = undefined;
      if (answer.kind !== 'again') return { job, answer };
    }
    return { job, answer: { kind: 'retry', why: `others moved ${cluster} on ${maxStarts} times` } };
  }

  const written: Promise<void>[] = [];
  for (const [at, part] of parts.entries()) {
    writes = [];
    const answer = await answerOf(part, jobsOf(parts.slice(at + 1)));
    const own = writes;
    written.push(
      Promise.all(own).then(
        () => answered(part, answer),
        (error: unknown) => {
          deps.log.error('job-failed', { key: part.need[0].key, cluster, error });
          answered(part, { kind: 'retry', why: toError(error).message });
        },
      ),
    );
  }
  await Promise.all(written);
}
