import { nodes } from '../plural.ts';
import type { JobEvent } from './job-event-schema.ts';

/** SNS allows fewer than 100 characters, ASCII without line breaks. */
const maxSubject = 99;

/** The subject of a mail: `edge-1: 3 nodes bought (alarm cpu-high)`. */
export function subjectOf(event: JobEvent): string {
  const origin = 'reason' in event ? ` (${originOf(event)})` : '';
  const line = `${event.cluster}: ${whatHappened(event)}${origin}`.replace(/[^ -~]+/g, '?');
  return line.length <= maxSubject ? line : `${line.slice(0, maxSubject - 3)}...`;
}

function whatHappened(event: JobEvent): string {
  switch (event.state) {
    case 'bought':
      return `${nodes(event.count)} bought${event.found === undefined ? '' : ', found by its task'}`;
    case 'rejected':
      return `the API refused ${nodes(event.count)}${event.code === undefined ? '' : `, ${event.code}`}`;
    case 'limited':
      return `only ${nodes(event.count)} of ${event.wanted} to reach its number, ${event.limit} is reached`;
    case 'refused':
      return `nothing bought, ${event.limit} is reached`;
    case 'in-doubt':
      return `unknown whether ${nodes(event.count)} ${were(event.count)} bought`;
    case 'parked':
      return `a person must say whether ${nodes(event.count)} ${were(event.count)} bought`;
    case 'rearmed':
      return `the request for ${nodes(event.count)} is sent again`;
    case 'resolved':
      return `${event.by} says that ${nodes(event.count)} ${were(event.count)} ${event.outcome === 'accepted' ? '' : 'not '}bought`;
    case 'ready':
      return `${nodes(event.ready)} Ready`;
    case 'partial':
      return `only ${event.ready} of ${nodes(event.count)} came`;
    case 'failed':
      return `the task for ${nodes(event.count)} failed, ${event.code}`;
    case 'overdue':
      return `${event.count - event.ready} of ${nodes(event.count)} overdue`;
    case 'paused':
      return `paused by ${event.by}`;
    case 'resumed':
      return `resumed by ${event.by}`;
    case 'unowned-tasks':
      return `something else scales it, ${event.taskIds.join(', ')}`;
    case 'expiring': {
      const one = event.nodes === 1;
      const what = one ? 'the lease of 1 node ends' : `the leases of ${nodes(event.nodes)} end`;
      return `${what} on ${event.day}, and ${event.renews ? 'will be renewed' : `nothing renews ${one ? 'it' : 'them'}`}`;
    }
    case 'still-short':
      return `nodes are still missing, and its alert may buy no more, ${event.key}`;
  }
}

function originOf({ alarm, requestedBy, reason }: Extract<JobEvent, { reason: string }>): string {
  if (alarm !== undefined) return `alarm ${alarm}`;
  return requestedBy === undefined ? reason : `asked for by ${requestedBy}`;
}

const were = (count: number): string => (count === 1 ? 'was' : 'were');
