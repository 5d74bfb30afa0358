// Makes a failing history shorter to read: leaves faults out, one by one, as long as it still fails.
import { runHistory } from './history.ts';

/** @returns the numbers of the faults that the failure does not need */
async function shrink(seed: number): Promise<ReadonlySet<number>> {
  const { drawn, violation } = await runHistory({ seed });
  const without = new Set<number>();
  if (violation === undefined) return without;
  for (let fault = drawn; fault >= 1; fault -= 1) {
    const shorter = new Set([...without, fault]);
    if ((await runHistory({ seed, without: shorter })).violation !== undefined) without.add(fault);
  }
  return without;
}

/** The steps of a history, without the faults that its failure does not need. */
export async function shrunkSteps(seed: number): Promise<readonly string[]> {
  const steps: string[] = [];
  await runHistory({ seed, without: await shrink(seed), onStep: (line) => steps.push(line) });
  return steps;
}
