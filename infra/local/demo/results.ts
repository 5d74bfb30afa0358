import type { Engine } from '../engine.ts';
import { differences, type Ending } from './audit.ts';
import { gatherEvidence } from './evidence.ts';
import { nodes } from './narrator.ts';
import type { Printer } from './printer.ts';
import { type Summary, summarize } from './summary.ts';
import { drawTable } from './table.ts';

/** Prints the table, the totals, and what is not as it should be. */
export async function reportResults(
  engine: Engine,
  endings: readonly Ending[],
  printer: Printer,
): Promise<{ readonly summary: Summary; readonly isWell: boolean }> {
  const evidence = await gatherEvidence(engine);
  const wrong = differences(endings, evidence);
  const summary = summarize(endings, evidence);
  const { jobs, accepted, replayed, skipped, ignored, deadLettered, purchases } = summary;
  printer.line();
  printer.line(drawTable(endings, evidence.requests));
  printer.line();
  printer.line(
    `${jobs} messages: ${accepted} bought, ${replayed} replayed, ${skipped} skipped, ${ignored} ignored, ${deadLettered} dead-lettered.`,
  );
  for (const difference of wrong) printer.labelled('WRONG', difference, 'red');
  if (wrong.length === 0)
    printer.line(
      printer.paint(
        'green',
        purchases === 0
          ? 'Nothing was bought: the simulator counted no purchase.'
          : `Every purchase happened once: the simulator counted ${purchases} ${purchases === 1 ? 'purchase' : 'purchases'} of ${nodes(summary.nodes)}.`,
      ),
    );
  return { summary, isWell: wrong.length === 0 };
}
