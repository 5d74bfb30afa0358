// How many nodes a job is short of, whatever the limits say.
import { ruleFor } from '../config/alarm-rules.ts';
import type { ClusterConfig, Step } from '../config/types.ts';
import type { Fleet, Rule } from '../job/decision.ts';
import type { Intent, ScaleJob } from '../job/scale-job.ts';
import type { Supply } from './in-flight.ts';

/** The rule that makes nodes of a job's need, or why there is none. */
export function ruleOf({ cluster, intent }: ScaleJob, { alarms }: ClusterConfig): Rule | string {
  if (intent.kind !== 'breach') return { kind: intent.kind, nodes: intent.nodes };
  const rule = ruleFor(alarms, intent.alarm);
  if (!rule) return `no alarm rule of ${cluster} matches ${intent.alarm}`;
  const step = stepFor(rule.steps, sizeOf(intent.by));
  return { kind: 'alarm', name: rule.name, ...(step && { step }) };
}

/** Nodes that are missing, or without a fleet the most that can be; 0 or less when none is. */
export function demandOf(rule: Rule, supply: Supply, fleet?: Fleet): number {
  switch (rule.kind) {
    case 'add':
      return rule.nodes;
    case 'reach':
      return rule.nodes - (fleet?.nodes ?? 0) - supply.pending;
    case 'alarm':
      // Warm-up: what was bought answers this breach already, so a repeat adds nothing and a larger breach the difference.
      return nodesOf(rule.step, supply, fleet) - supply.pending - supply.answered;
  }
}

/** Whether the fleet has a part in how many nodes are missing. */
export function dependsOnFleet(rule: Rule): boolean {
  return rule.kind === 'reach' || (rule.kind === 'alarm' && rule.step?.percent !== undefined);
}

export function demandInWords(intent: Intent, rule: Rule, supply: Supply, fleet?: Fleet): string {
  const has = supplyInWords(rule, supply, fleet);
  if (intent.kind !== 'breach') return `${intent.kind} ${intent.nodes} ${has}`;
  const step = rule.kind === 'alarm' ? rule.step : undefined;
  const by = sizeOf(intent.by) ?? 'an untold amount';
  return `${intent.alarm} is beyond its threshold by ${by}: add ${stepInWords(step, supply, fleet)} ${has}`;
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

/** Percent are of what served when the need arose: of all nodes, a breach would grow on what it has bought itself. */
function servingIn({ nodes, notReady, joined = 0 }: Fleet, { answered }: Supply): number {
  return Math.max(0, nodes - notReady - Math.max(joined, answered));
}

/** A value of 90.1 is 20 beyond 70.1, not 19.999999999999986. */
const sizeOf = (by: number | undefined): number | undefined =>
  by === undefined ? undefined : Number(by.toPrecision(12));

/** The step of a breach; the smallest one where the size of the breach is not told. */
function stepFor(steps: readonly Step[], by = 0): Step | undefined {
  return steps.find((step) => by >= step.lowerBound && (step.upperBound === undefined || by < step.upperBound));
}
