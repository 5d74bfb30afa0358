// The story of `npm start`: each message is sent when the one before has ended, so that what happens can be followed.
import type { Engine } from '../engine.ts';
import type { Ending } from './audit.ts';
import { entrancesOf } from './entrances.ts';
import type { Fates } from './fates.ts';
import type { Printer } from './printer.ts';
import { tellStory } from './story.ts';

/** A message ends in a second or so. Past this it is stuck, or waits for something that the demo did not foresee. */
const settleWithinMs = 30_000;

export async function runDemo(engine: Engine, fates: Fates, printer: Printer): Promise<readonly Ending[]> {
  const endings: Ending[] = [];
  const entrances = entrancesOf(engine);
  for (const chapter of tellStory(engine.config, Date.now())) {
    printer.line();
    printer.line(`${endings.length + 1}  ${printer.paint('bold', chapter.title)}`);
    const isIts = await chapter.send(entrances);
    const fate = await fates.settled(isIts, settleWithinMs);
    if (fate.outcome === 'unsettled') printer.labelled('unsettled', fate.why, 'red');
    endings.push({ chapter, fate });
  }
  return endings;
}
