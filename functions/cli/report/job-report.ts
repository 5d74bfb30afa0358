// A job's report: what arrived, what was decided, sent, answered and found, as plain sentences. Pure; the times are apart from the
// sentences, so that the printer chooses how to show them.
import type { Wait } from '../../adapters/ledger/waits.ts';
import type { Pending, Progress, Purchase, Resolution, Skip, Verdict } from '../../domain/job/purchase.ts';
import { timings } from '../../domain/timings.ts';
import { oneLine } from '../terminal/errors.ts';
import { shellWord } from '../terminal/shell.ts';
import type { KnownJob } from './known-job.ts';
import { arrivalEntries, nodes, type TimelineEntry } from './wording.ts';

export interface JobReport {
  readonly headline: string;
  readonly moments: readonly TimelineEntry[];
  readonly next?: NextStep;
}

/** What a person can do about it. */
export interface NextStep {
  readonly says: string;
  /** Lacks the options that lead to where the job is: only who prints it knows where that is. */
  readonly command?: string;
}

export function reportJob(job: KnownJob): JobReport {
  const { headline, moments, next } = reportOf(job);
  return {
    headline: oneLine(headline),
    moments: moments.map(({ at, says }) => ({ ...(at !== undefined && { at }), says: sentence(says) })),
    ...(next !== undefined && { next }),
  };
}

function reportOf(job: KnownJob): JobReport {
  switch (job.state) {
    case 'skipped':
      return reportSkip(job.cluster, job.skip);
    case 'accepted':
      return reportPurchase(job.cluster, job.verdict, job.progress, job.pending);
    case 'rejected':
    case 'abandoned':
      return reportRefusal(job.cluster, job.verdict);
    case 'sending':
    case 'unknown':
    case 'parked':
      return reportSlot(job.cluster, job.purchase);
    case 'waiting':
      return reportWait(job.cluster, job.wait);
  }
}

function reportPurchase(
  cluster: string,
  verdict: Verdict,
  progress: Progress | undefined,
  pending: Pending | undefined,
): JobReport {
  const waiting = pending && `${nodes(pending.count)} of it ${pending.count === 1 ? 'is' : 'are'} not Ready yet`;
  return {
    headline: headlineOf(verdict, progress, pending),
    moments: [
      ...arrivalEntries(cluster, verdict.story),
      ...accepted(verdict),
      ...(progress ? [found(progress)] : []),
      ...(waiting ? [{ says: waiting }] : []),
    ],
  };
}

function reportSkip(cluster: string, { reason, story, dryRun }: Skip): JobReport {
  return {
    headline: dryRun ? `a dry run: would have bought ${nodes(dryRun.count)}` : `not bought: ${reason}`,
    moments: arrivalEntries(cluster, story, `Decided to buy nothing (${reason})`),
    next: { says: 'This key is used up. If the nodes are needed after all, ask again with another key.' },
  };
}

function reportRefusal(
  cluster: string,
  { outcome, at, count, story, code, message, requestId, resolution }: Verdict,
): JobReport {
  const answer =
    outcome === 'rejected'
      ? `ScaleOutCluster refused it: ${code ?? 'no code'}: ${message ?? 'no message'}${requestOf(requestId)}. Nothing was bought`
      : `No usable answer came. ${settler(resolution)} abandoned it: ${resolution?.reason ?? 'no reason given'}. It counts as not bought`;
  const again = resolution?.rearmedAs;
  return {
    headline: outcome === 'rejected' ? `not bought: refused with ${code ?? 'no code'}` : 'not bought: abandoned',
    moments: [
      ...arrivalEntries(cluster, story),
      { says: `The request for ${nodes(count)} was sent` },
      { at, says: answer },
      ...(again === undefined ? [] : [{ at, says: `It was asked for again, as ${again}` }]),
    ],
    next:
      again === undefined
        ? { says: 'This key is used up. Once the cause is removed, ask again with another key.' }
        : { says: 'What became of that', command: `npx scale-out show ${shellWord(again)}` },
  };
}

function reportSlot(cluster: string, purchase: Purchase): JobReport {
  const { count, attempt, signedAt, leaseUntil, phase, why, emptyListings = 0 } = purchase;
  const fence = signedAt + timings.fenceMs;
  const moments = [
    ...arrivalEntries(cluster, purchase.story),
    { at: signedAt, says: `Attempt ${attempt}: the request for ${nodes(count)} was signed, and may have been sent` },
  ];
  switch (phase) {
    case 'sending':
      return {
        headline: 'being sent: its answer is awaited',
        moments: [...moments, { at: leaseUntil, says: 'Without an answer by then, its purchase is in doubt' }],
      };
    case 'unknown':
      return {
        headline: 'in doubt: nobody knows yet whether it was bought',
        moments: [
          ...moments,
          { says: 'No usable answer came. The reconciler looks for its task in the cluster every minute' },
          { at: fence, says: 'From then on an empty task list says that it was probably not executed' },
          ...(emptyListings > 0 ? [{ says: `${times(emptyListings)} since then the list was empty` }] : []),
        ],
      };
    case 'parked':
      return {
        headline: 'in doubt, and parked: a person must say what became of it',
        moments: [
          ...moments,
          { says: `No usable answer came, and the evidence is not enough to settle it: ${why ?? 'none'}` },
          {
            at: fence,
            says: 'Until then it can only be called accepted; from then on also abandoned, or be sent again',
          },
        ],
        next: {
          says: 'Look for its task in the ACK console, then say what became of it (with --abandon or --rearm for --accepted TASK_ID, if there is none)',
          command: `npx scale-out resolve ${shellWord(purchase.key)} --accepted TASK_ID --reason TEXT`,
        },
      };
  }
}

function accepted({ at, count, taskId, requestId, resolution }: Verdict): TimelineEntry[] {
  const task = `task ${taskId ?? 'unknown'}`;
  if (!resolution)
    return [
      { says: `The request for ${nodes(count)} was sent` },
      { at, says: `ScaleOutCluster accepted it as ${task}${requestOf(requestId)}` },
    ];
  return [
    { says: `The request for ${nodes(count)} was sent, and no usable answer came` },
    { at, says: `${settler(resolution)} settled it as accepted with ${task}: ${resolution.reason}` },
  ];
}

function headlineOf({ count }: Verdict, progress: Progress | undefined, pending: Pending | undefined): string {
  switch (progress?.state) {
    case 'completed':
      return `bought: ${nodes(progress.readyNodes)}, all Ready`;
    case 'partial':
      return `bought in part: ${progress.got} of ${nodes(progress.asked)} came`;
    case 'failed':
      return 'accepted, but its task failed: no node came';
    case 'overdue':
      return `bought and overdue: ${progress.ready} of ${nodes(progress.asked)} Ready`;
    case undefined:
      return pending
        ? `bought and on the way: ${count - pending.count} of ${nodes(count)} Ready`
        : `bought: ${nodes(count)}`;
  }
}

function found(progress: Progress): TimelineEntry {
  const { at } = progress;
  switch (progress.state) {
    case 'completed':
      return { at, says: `Found ${nodes(progress.readyNodes)} Ready: complete` };
    case 'partial':
      return {
        at,
        says: `Found ${progress.got} of ${nodes(progress.asked)} Ready, and no more will come: ${progress.why}`,
      };
    case 'failed':
      return { at, says: `Found that its task failed: ${progress.code}: ${progress.message}` };
    case 'overdue':
      return {
        at,
        says: `Found ${progress.ready} of ${nodes(progress.asked)} Ready when all should be: ${progress.why}`,
      };
  }
}

const settler = (resolution: Resolution | undefined): string =>
  resolution?.by === 'reconcile' ? 'The reconciler' : (resolution?.by ?? 'A person');
const times = (count: number): string => (count === 1 ? 'Once' : `${count} times`);
const requestOf = (requestId: string | undefined): string => (requestId === undefined ? '' : ` (request ${requestId})`);

/** The words of others go into a terminal here: on one line, and without anything that it would obey. */
function sentence(text: string): string {
  const line = oneLine(text);
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}

function reportWait(cluster: string, { reason, why, at, until, story }: Wait): JobReport {
  // What was decided may be to buy, and what it waits for be told by the send.
  const decided = story.decision === why;
  return {
    headline: `waiting: ${reason}`,
    moments: [
      ...arrivalEntries(cluster, story, decided ? `Decided to wait (${reason})` : undefined),
      ...(decided ? [] : [{ at, says: `It waits (${reason}): ${why}` }]),
      { at: until, says: 'From then on it is decided anew, when the queue delivers it' },
    ],
    next: {
      says: 'Is that long ago? It may lie on the dead-letter queue then',
      command: 'npx scale-out dlq list',
    },
  };
}
