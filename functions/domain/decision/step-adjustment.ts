// How many nodes a job is missing, before the limits.
import { ruleFor } from '../config/alarm-rules.ts';
import type { ClusterConfig, Step } from '../config/types.ts';
import type { Fleet, Rule } from '../job/decision.ts';
import type { ScaleJob } from '../job/scale-job.ts';
import type { Supply } from './in-flight.ts';

/** The rule of a job, or why there is none. */
export function ruleOf({ cluster, intent }: ScaleJob, { alarms }: ClusterConfig): Rule | string {
  if (intent.kind !== 'breach') return { kind: intent.kind, nodes: intent.nodes };
  const rule = ruleFor(alarms, intent.alarm);
  if (!rule) return `no alarm rule of ${cluster} matches ${intent.alarm}`;
  const step = stepFor(rule.steps, sizeOf(intent.by));
  return { kind: 'alarm', name: rule.name, ...(step && { step }) };
}

/** Missing nodes; without a fleet, the most that are possible; 0 or less for none. */
export function demandOf(rule: Rule, supply: Supply, fleet?: Fleet): number {
  switch (rule.kind) {
    case 'add':
      return rule.nodes;
    case 'reach':
      return rule.nodes - (fleet?.nodes ?? 0) - supply.pending;
    case 'alarm':
      // Warm-up: a repeated breach adds nothing, a larger one the difference.
      return nodesOf(rule.step, supply, fleet) - supply.pending - supply.answered;
  }
}

export function dependsOnFleet(rule: Rule): boolean {
  return rule.kind === 'reach' || (rule.kind === 'alarm' && rule.step?.percent !== undefined);
}

export function demandInWords(job: ScaleJob, rule: Rule, supply: Supply, fleet?: Fleet): string {
  const { intent, sizeToldBecause } = job;
  const has = supplyInWords(rule, supply, fleet);
  if (intent.kind !== 'breach') return `${intent.kind} ${intent.nodes} ${has}`;
  const step = rule.kind === 'alarm' ? rule.step : undefined;
  const by = sizeOf(intent.by) ?? 'an unknown amount';
  const told = sizeToldBecause === undefined ? '' : ` (as it went off: ${sizeToldBecause})`;
  return `${intent.alarm} is beyond its threshold by ${by}${told}: add ${stepInWords(step, supply, fleet)} ${has}`;
}

/** Why nothing is missing. */
export function satisfiedInWords(rule: Rule, fleet: Fleet | undefined): string {
  const share = rule.kind === 'alarm' && rule.step?.percent !== undefined;
  const idle = fleet && fleet.nodes > 0 && fleet.notReady === fleet.nodes;
  return share && idle ? 'no node is Ready to take a percent of' : 'nothing is missing';
}

function supplyInWords(rule: Rule, { pending, overdue, answered }: Supply, fleet: Fleet | undefined): string {
  const parts = [
    ...(fleet ? [`${fleet.nodes} in the cluster`] : []),
    `${pending} on their way`,
    ...(rule.kind === 'alarm' && answered > 0 ? [`${answered} came since it arose`] : []),
    ...(overdue > 0 ? [`${overdue} overdue`] : []),
    ...(fleet?.lapsed ? [`${fleet.lapsed} whose lease is over`] : []),
  ];
  return `(${parts.join(', ')})`;
}

function stepInWords(step: Step | undefined, supply: Supply, fleet: Fleet | undefined): string {
  if (step?.percent === undefined) return String(step?.add ?? 0);
  if (!fleet) return `${step.percent} % of the Ready nodes`;
  return `${nodesOf(step, supply, fleet)}, ${step.percent} % of ${servingIn(fleet, supply)} Ready`;
}

function nodesOf(step: Step | undefined, supply: Supply, fleet: Fleet | undefined): number {
  if (step?.percent === undefined) return step?.add ?? 0;
  return fleet ? Math.ceil((step.percent * servingIn(fleet, supply)) / 100) : Number.POSITIVE_INFINITY;
}

/** Percent of the Ready nodes from before the need: otherwise a breach would grow with the nodes that it bought. */
function servingIn({ nodes, notReady, joined = 0 }: Fleet, { answered }: Supply): number {
  return Math.max(0, nodes - notReady - Math.max(joined, answered));
}

/** A value of 90.1 is 20 beyond 70.1, not 19.999999999999986. */
const sizeOf = (by: number | undefined): number | undefined =>
  by === undefined ? undefined : Number(by.toPrecision(12));

/** The smallest step for a breach of unknown size. */
function stepFor(steps: readonly Step[], by = 0): Step | undefined {
  return steps.find((step) => by >= step.lowerBound && (step.upperBound === undefined || by < step.upperBound));
}
