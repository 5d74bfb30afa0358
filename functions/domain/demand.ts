// How many nodes a job is short of, whatever the limits say.
import { ruleFor } from './alarm-rules.ts';
import type { ClusterConfig, Step } from './config-schema.ts';
import type { Fleet, Rule } from './decision.ts';
import type { Intent, ScaleJob } from './scale-job.ts';

/** The rule that makes nodes of a job's need, or why there is none. */
export function ruleOf({ cluster, intent }: ScaleJob, { alarms }: ClusterConfig): Rule | string {
  if (intent.kind !== 'breach') return { kind: intent.kind, nodes: intent.nodes };
  const rule = ruleFor(alarms, intent.alarm);
  if (!rule) return `no alarm rule of ${cluster} matches ${intent.alarm}`;
  const step = stepFor(rule.steps, sizeOf(intent.by));
  return { kind: 'alarm', name: rule.name, ...(step && { step }) };
}

/** Nodes that are missing; 0 or less when none is. */
export function demandOf(rule: Rule, fleet: Fleet, pending: number): number {
  switch (rule.kind) {
    case 'add':
      return rule.nodes;
    case 'reach':
      return rule.nodes - fleet.nodes - pending;
    case 'alarm':
      // Warm-up: what is on its way answers this breach already, so a repeat adds nothing and a larger breach the difference.
      return nodesOf(rule.step, fleet) - pending;
  }
}

export function demandInWords(intent: Intent, rule: Rule, fleet: Fleet, pending: number): string {
  const has = `(${fleet.nodes} in the cluster, ${pending} on their way)`;
  if (intent.kind !== 'breach') return `${intent.kind} ${intent.nodes} ${has}`;
  const step = rule.kind === 'alarm' ? rule.step : undefined;
  const share = step?.percent === undefined ? '' : `, ${step.percent} % of ${readyIn(fleet)} Ready`;
  const by = sizeOf(intent.by) ?? 'an untold amount';
  return `${intent.alarm} is beyond its threshold by ${by}: add ${nodesOf(step, fleet)}${share} ${has}`;
}

function nodesOf(step: Step | undefined, fleet: Fleet): number {
  return step?.add ?? Math.ceil(((step?.percent ?? 0) * readyIn(fleet)) / 100);
}

/** Percent are of what serves: of all nodes, one breach would grow on what it has bought itself as that joins. */
const readyIn = ({ nodes, notReady }: Fleet): number => nodes - notReady;

/** A value of 90.1 is 20 beyond 70.1, not 19.999999999999986. */
const sizeOf = (by: number | undefined): number | undefined =>
  by === undefined ? undefined : Number(by.toPrecision(12));

/** The step of a breach; the smallest one where the size of the breach is not told. */
function stepFor(steps: readonly Step[], by = 0): Step | undefined {
  return steps.find((step) => by >= step.lowerBound && (step.upperBound === undefined || by < step.upperBound));
}
