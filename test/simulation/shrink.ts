// Makes a failing history shorter to read: leaves faults out, one by one, as long as it still fails in the same way.
import { runHistory } from './history.ts';

/** What broke, whatever the keys and numbers. */
const kindOf = (violation: string | undefined): string | undefined =>
  violation?.replaceAll(/\b(?:manual|cloudwatch)\/\S+/g, 'KEY').replaceAll(/\d+/g, 'N');

/** @returns the numbers of the faults that the failure does not need */
async function shrink(seed: number): Promise<ReadonlySet<number>> {
  const { drawn, violation } = await runHistory({ seed });
  const without = new Set<number>();
  if (violation === undefined) return without;
  for (let fault = drawn; fault >= 1; fault -= 1) {
    const shorter = new Set([...without, fault]);
    const { violation: left } = await runHistory({ seed, without: shorter });
    if (kindOf(left) === kindOf(violation)) without.add(fault);
  }
  return without;
}

/** The steps of a history, without the faults that its failure does not need. */
export async function shrunkSteps(seed: number): Promise<readonly string[]> {
  const steps: string[] = [];
  await runHistory({ seed, without: await shrink(seed), onStep: (line) => steps.push(line) });
  return steps;
}
