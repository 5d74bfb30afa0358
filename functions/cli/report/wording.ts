// A request for capacity in words: who asked, for what, and why.
import type { Step } from '../../domain/config/types.ts';
import type { DecisionRecord } from '../../domain/job/decision-record.ts';
import { type Intent, senders } from '../../domain/job/scale-job.ts';
import { nodes } from '../../domain/plural.ts';

export interface TimelineEntry {
  /** Epoch milliseconds. Absent for the present, and for details of the entry before. */
  readonly at?: number;
  readonly says: string;
}

function describeRequest(cluster: string, { source, intent, reason, requestedBy }: DecisionRecord): string {
  const who = requestedBy ?? senders[source];
  const verb = intent.kind === 'breach' ? 'reported' : 'asked for';
  // The default reason repeats who asked.
  const why = reason === '' || reason === `asked for by ${requestedBy}` ? '' : `: ${reason}`;
  return `${who} ${verb} ${what(intent)} in ${cluster}${why}`;
}

/** `3 more nodes`, `8 nodes in all`, `edge-cpu beyond its threshold by 12` */
export function what(intent: Intent): string {
  switch (intent.kind) {
    case 'add':
      return nodes(intent.nodes, 'more ');
    case 'reach':
      return `${nodes(intent.nodes)} in all`;
    case 'breach':
      return `${intent.alarm} beyond its threshold${intent.by === undefined ? '' : ` by ${intent.by}`}`;
  }
}

/** The first entries of every report: request and decision. @param decided the kind of decision, where its text does not say it */
export function requestEntries(cluster: string, story: DecisionRecord, decided = 'Decided'): TimelineEntry[] {
  const { occurredAt, decidedAt, decision } = story;
  return [
    { at: occurredAt, says: describeRequest(cluster, story) },
    { at: decidedAt, says: `${decided}: ${decision}` },
    ...basisInWords(story).map((says) => ({ says })),
  ];
}

/** Numbers that the text of the decision leaves out. */
function basisInWords({ basis: { rule, fleet, used, spent } }: DecisionRecord): string[] {
  return [
    ...(rule?.kind === 'alarm' ? [`Its rule is ${rule.name}${rule.step ? `: ${stepInWords(rule.step)}` : ''}`] : []),
    ...(fleet && fleet.notReady > 0 ? [`${fleet.notReady} of ${nodes(fleet.nodes)} were not Ready`] : []),
    ...(used ? [`Nodes in that UTC day: ${used.before} before, ${used.after} after`] : []),
    ...(spent ? [`Money in that UTC month: ${spent.before} before, ${spent.after} after`] : []),
  ];
}

const stepInWords = (step: Step): string =>
  `${rangeInWords(step)} beyond the threshold, add ${step.add === undefined ? `${step.percent} % of the Ready nodes` : step.add}`;

/** `from 20 on`, `from 0 to below 20` */
export const rangeInWords = ({ lowerBound, upperBound }: Step): string =>
  upperBound === undefined ? `from ${lowerBound} on` : `from ${lowerBound} to below ${upperBound}`;
