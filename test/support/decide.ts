// Both steps of the decision under one name: the second one where a fleet is given.
import {
  type DecisionInput,
  decideBeforeFleet,
  decideWithFleet,
  type NeedsFleet,
} from '../../functions/domain/decision/decide.ts';
import type { Decision, Fleet } from '../../functions/domain/job/decision.ts';

export type Given = DecisionInput & { readonly fleet?: Fleet };

export type Decided = Decision | NeedsFleet;

export function decide({ fleet, ...input }: Given): Decided {
  return fleet ? decideWithFleet(input, fleet) : decideBeforeFleet(input);
}
