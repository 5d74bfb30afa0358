// A job's story in plain sentences: what arrived, what was decided, sent, answered and found. Pure; the times are told
// apart from the sentences, so that whoever prints them chooses how.
import type { Pending, Progress, Purchase, Resolution, Skip, Verdict } from '../../domain/job/purchase.ts';
import { timings } from '../../domain/timings.ts';
import { nodes } from './wording.ts';
import { oneLine } from '../errors.ts';
import type { KnownJob } from './known-job.ts';
import { opening } from '../opening.ts';
import { shellWord } from '../terminal/shell.ts';
import type { Moment, Tale } from '../tale.ts';
import { tellWait } from '../wait-story.ts';

export function tellStory(job: KnownJob): Tale {
  const { headline, moments, next } = tell(job);
  return {
    headline: oneLine(headline),
    moments: moments.map(({ at, says }) => ({ ...(at !== undefined && { at }), says: sentence(says) })),
    ...(next !== undefined && { next }),
  };
}

function tell(job: KnownJob): Tale {
  switch (job.state) {
    case 'skipped':
      return tellSkip(job.cluster, job.skip);
    case 'accepted':
      return tellPurchase(job.cluster, job.verdict, job.progress, job.pending);
    case 'rejected':
    case 'abandoned':
      return tellRefusal(job.cluster, job.verdict);
    case 'sending':
    case 'unknown':
    case 'parked':
      return tellSlot(job.cluster, job.purchase);
    case 'waiting':
      return tellWait(job.cluster, job.wait);
  }
}

function tellPurchase(
  cluster: string,
  verdict: Verdict,
  progress: Progress | undefined,
  pending: Pending | undefined,
): Tale {
  const waiting = pending && `${nodes(pending.count)} of it ${pending.count === 1 ? 'is' : 'are'} not Ready yet`;
  return {
    headline: headlineOf(verdict, progress, pending),
    moments: [
      ...opening(cluster, verdict.story),
      ...accepted(verdict),
      ...(progress ? [found(progress)] : []),
      ...(waiting ? [{ says: waiting }] : []),
    ],
  };
}

function tellSkip(cluster: string, { reason, story, dryRun }: Skip): Tale {
  return {
    headline: dryRun ? `a dry run: would have bought ${nodes(dryRun.count)}` : `not bought: ${reason}`,
    moments: opening(cluster, story, `Decided to buy nothing (${reason})`),
    next: { says: 'This key is used up. If the nodes are needed after all, ask again with another key.' },
  };
}

function tellRefusal(
  cluster: string,
  { outcome, at, count, story, code, message, requestId, resolution }: Verdict,
): Tale {
  const answer =
    outcome === 'rejected'
      ? `ScaleOutCluster refused it: ${code ?? 'no code'}: ${message ?? 'no message'}${requestOf(requestId)}. Nothing was bought`
      : `No usable answer came. ${settler(resolution)} abandoned it: ${resolution?.reason ?? 'no reason given'}. It counts as not bought`;
  const again = resolution?.rearmedAs;
  return {
    headline: outcome === 'rejected' ? `not bought: refused with ${code ?? 'no code'}` : 'not bought: abandoned',
    moments: [
      ...opening(cluster, story),
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

function tellSlot(cluster: string, purchase: Purchase): Tale {
  const { count, attempt, signedAt, leaseUntil, phase, why, emptyListings = 0 } = purchase;
  const fence = signedAt + timings.fenceMs;
  const moments = [
    ...opening(cluster, purchase.story),
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

function accepted({ at, count, taskId, requestId, resolution }: Verdict): Moment[] {
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

function found(progress: Progress): Moment {
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
