// How every job's story begins: what arrived, and what was decided on which grounds.
import type { Step } from '../domain/config/types.ts';
import type { DecisionRecord } from '../domain/job/decision-record.ts';
import { howItArose, nodes } from './report/wording.ts';
import type { Moment } from './tale.ts';

/** @param decided what came out, where the decision's own words do not say it */
export function opening(cluster: string, story: DecisionRecord, decided = 'Decided'): Moment[] {
  const { occurredAt, decidedAt, decision } = story;
  return [
    { at: occurredAt, says: howItArose(cluster, story) },
    { at: decidedAt, says: `${decided}: ${decision}` },
    ...grounds(story).map((says) => ({ says })),
  ];
}

/** What the words of the decision leave out. */
function grounds({ basis: { rule, fleet, used, spent } }: DecisionRecord): string[] {
  return [
    ...(rule?.kind === 'alarm' ? [`Its rule is ${rule.name}${rule.step ? `: ${stepInWords(rule.step)}` : ''}`] : []),
    ...(fleet && fleet.notReady > 0 ? [`${fleet.notReady} of ${nodes(fleet.nodes)} were not Ready`] : []),
    ...(used ? [`Nodes of that UTC day: ${used.before} before, ${used.after} after`] : []),
    ...(spent ? [`Money of that UTC month: ${spent.before} before, ${spent.after} after`] : []),
  ];
}

function stepInWords({ lowerBound, upperBound, add, percent }: Step): string {
  const range = upperBound === undefined ? `from ${lowerBound} on` : `from ${lowerBound} to below ${upperBound}`;
  return `${range} beyond the threshold, add ${add === undefined ? `${percent} % of the Ready nodes` : add}`;
}
