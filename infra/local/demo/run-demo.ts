// Sends the messages of `npm start` one after the other.
import type { Engine } from '../engine.ts';
import type { DemoResult } from './audit.ts';
import { demoMessages } from './demo-messages.ts';
import { entryPointsOf } from './entry-points.ts';
import type { OutcomeTracker } from './message-outcomes.ts';
import type { Printer } from './printer.ts';

/** A message normally ends within a second. */
const settleWithinMs = 30_000;

export async function runDemo(
  engine: Engine,
  outcomes: OutcomeTracker,
  printer: Printer,
): Promise<readonly DemoResult[]> {
  const results: DemoResult[] = [];
  const entryPoints = entryPointsOf(engine);
  for (const message of demoMessages(engine.config, Date.now())) {
    printer.line();
    printer.line(`${results.length + 1}  ${printer.paint('bold', message.title)}`);
    const isIts = await message.send(entryPoints);
    const result = await outcomes.settled(isIts, settleWithinMs);
    if (result.outcome === 'unsettled') printer.labelled('unsettled', result.why, 'red');
    results.push({ message, result });
  }
  return results;
}
