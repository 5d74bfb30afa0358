import { nodes, plural } from '../../../functions/domain/plural.ts';
import type { Engine } from '../engine.ts';
import { type DemoResult, differences } from './audit.ts';
import { readDemoRecords } from './demo-records.ts';
import type { Printer } from './printer.ts';
import { type Summary, summarize } from './summary.ts';
import { drawTable } from './table.ts';

/** Prints the table, the totals, and the differences. */
export async function reportResults(
  engine: Engine,
  results: readonly DemoResult[],
  printer: Printer,
): Promise<{ readonly summary: Summary; readonly isWell: boolean }> {
  const records = await readDemoRecords(engine);
  const wrong = differences(results, records);
  const summary = summarize(results, records);
  const { jobs, accepted, replayed, skipped, ignored, deadLettered, purchases } = summary;
  printer.line();
  printer.line(drawTable(results, records.requests));
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
          : `Every purchase happened once: the simulator counted ${plural(purchases, 'purchase')} of ${nodes(summary.nodes)}.`,
      ),
    );
  return { summary, isWell: wrong.length === 0 };
}
