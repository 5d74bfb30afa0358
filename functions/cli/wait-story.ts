// The story of a job that waits, as far as it goes.
import type { Wait } from '../adapters/ledger/waits.ts';
import { opening } from './opening.ts';
import type { Tale } from './tale.ts';

export function tellWait(cluster: string, { reason, why, at, until, story }: Wait): Tale {
  // What was decided may be to buy, and what it waits for be told by the send.
  const decided = story.decision === why;
  return {
    headline: `waiting: ${reason}`,
    moments: [
      ...opening(cluster, story, decided ? `Decided to wait (${reason})` : undefined),
      ...(decided ? [] : [{ at, says: `It waits (${reason}): ${why}` }]),
      { at: until, says: 'From then on it is decided anew, when the queue delivers it' },
    ],
    next: {
      says: 'Is that long ago? It may lie on the dead-letter queue then',
      command: 'npx scale-out dlq list',
    },
  };
}
