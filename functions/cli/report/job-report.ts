// A job's report: request, decision, purchase, answer and nodes, as sentences with their times.
import type { Wait } from '../../adapters/notes/waits.ts';
import {
  fenceOf,
  type Pending,
  type Progress,
  type Purchase,
  type Resolution,
  type Skip,
  type Verdict,
} from '../../domain/job/purchase.ts';
import { nodes } from '../../domain/plural.ts';
import { oneLine } from '../terminal/errors.ts';
import { shellWord } from '../terminal/shell.ts';
import type { KnownJob } from './known-job.ts';
import { requestEntries, type TimelineEntry } from './wording.ts';

export interface JobReport {
  readonly headline: string;
  readonly entries: readonly TimelineEntry[];
  readonly next?: NextStep;
}

interface NextStep {
  readonly says: string;
  /** Without the options of the target. */
  readonly command?: string;
}

export function reportJob(job: KnownJob): JobReport {
  const { headline, entries, next } = reportOf(job);
  return {
    headline: oneLine(headline),
    entries: entries.map(({ at, says }) => ({ ...(at !== undefined && { at }), says: sentence(says) })),
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
  const less = lessThanAsked(verdict);
  const waiting = pending && `Not Ready yet: ${nodes(pending.count)}`;
  return {
    headline: headlineOf(verdict, progress, pending) + (less ?? ''),
    entries: [
      ...requestEntries(cluster, verdict.story),
      ...accepted(verdict),
      ...(progress ? [found(progress)] : []),
      ...(waiting ? [{ says: waiting }] : []),
    ],
  };
}

function reportSkip(cluster: string, { reason, story, dryRun }: Skip): JobReport {
  return {
    headline: dryRun
      ? `a dry run: would have bought ${nodes(dryRun.count)}${lessThanAsked({ count: dryRun.count, story }) ?? ''}`
      : `not bought: ${reason}`,
    entries: requestEntries(cluster, story, `Decided to buy nothing (${reason})`),
    next: { says: 'This key is used up. If the nodes are needed, ask again with another key.' },
  };
}

function reportRefusal(
  cluster: string,
  { outcome, at, count, story, code, message, requestId, resolution }: Verdict,
): JobReport {
  const answer =
    outcome === 'rejected'
      ? `ScaleOutCluster refused it: ${code ?? 'no code'}: ${message ?? 'no message'}${requestOf(requestId)}. Nothing was bought`
      : `No usable answer came. ${settledBy(resolution)} abandoned the purchase: ${resolution?.reason ?? 'no reason given'}. It counts as not bought`;
  const again = resolution?.rearmedAs;
  return {
    headline: outcome === 'rejected' ? `not bought: refused with ${code ?? 'no code'}` : 'not bought: abandoned',
    entries: [
      ...requestEntries(cluster, story),
      { says: `The request for ${nodes(count)} was sent` },
      { at, says: answer },
      ...(again === undefined ? [] : [{ at, says: `Its nodes were requested again as ${again}` }]),
    ],
    next:
      again === undefined
        ? { says: 'This key is used up. Remove the cause, then ask again with another key.' }
        : { says: 'To see the new request', command: `npx scale-out show ${shellWord(again)}` },
  };
}

function reportSlot(cluster: string, purchase: Purchase): JobReport {
  const { count, attempt, signedAt, leaseUntil, phase, why, emptyListings = 0 } = purchase;
  const fence = fenceOf(purchase);
  const entries = [
    ...requestEntries(cluster, purchase.story),
    { at: signedAt, says: `Attempt ${attempt}: the request for ${nodes(count)} was signed and may have been sent` },
  ];
  switch (phase) {
    case 'sending':
      return {
        headline: 'being sent: no answer yet',
        entries: [...entries, { at: leaseUntil, says: 'Without an answer by then, the purchase is in doubt' }],
      };
    case 'unknown':
      return {
        headline: 'in doubt: it is not known whether it was bought',
        entries: [
          ...entries,
          { says: 'No usable answer came. The reconciler looks for the task in the cluster every minute' },
          { at: fence, says: 'From then on, an empty task list means that it was probably not executed' },
          ...(emptyListings > 0 ? [{ says: `Empty task lists since then: ${emptyListings}` }] : []),
        ],
      };
    case 'parked':
      return {
        headline: 'in doubt and parked: a person must settle it',
        entries: [
          ...entries,
          { says: `No usable answer came, and the evidence is not enough to settle it: ${why ?? 'none'}` },
          {
            at: fence,
            says: 'Until then it can be settled as accepted only, from then on also as abandoned',
          },
        ],
        next: {
          says: 'Look for its task in the ACK console, as it may be listed since, then settle it (without a task: --abandon or --abandon-and-ask-again)',
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
  const replaced = resolution.replaces === undefined ? '' : ` (in place of ${resolution.replaces})`;
  return [
    { says: `The request for ${nodes(count)} was sent, and no usable answer came` },
    { at, says: `${settledBy(resolution)} settled it as accepted with ${task}${replaced}: ${resolution.reason}` },
  ];
}

/** Such as `; 6 were asked for, and max-per-purchase allowed 5`. Undefined where a limit cut nothing. */
export function lessThanAsked({ count, story }: Pick<Verdict, 'count' | 'story'>): string | undefined {
  const { wanted, limit } = story.basis;
  if (!limit || wanted === undefined || !(count < wanted)) return undefined;
  return `; ${wanted} were asked for, and ${limit.name} allowed ${count}`;
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

const settledBy = (resolution: Resolution | undefined): string =>
  resolution?.by === 'reconcile' ? 'The reconciler' : (resolution?.by ?? 'A person');
const requestOf = (requestId: string | undefined): string => (requestId === undefined ? '' : ` (request ${requestId})`);

/** On one line, without control characters: parts of the text come from others. */
function sentence(text: string): string {
  const line = oneLine(text);
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}

function reportWait(cluster: string, { reason, why, at, until, story }: Wait): JobReport {
  // The decision may be to buy: then the send says why the job waits.
  const decided = story.decision === why;
  return {
    headline: `waiting: ${reason}`,
    entries: [
      ...requestEntries(cluster, story, decided ? `Decided to wait (${reason})` : undefined),
      ...(decided ? [] : [{ at, says: `The job waits (${reason}): ${why}` }]),
      { at: until, says: 'From then on it is decided again, when the queue delivers it' },
    ],
    next: {
      says: 'If that is long ago, look at the dead-letter queue',
      command: 'npx scale-out dlq list',
    },
  };
}
