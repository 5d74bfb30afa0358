// One line that says how something goes on: rewritten in place on a terminal, a new line per step elsewhere, so that a
// log of it can be read.
import { formatDuration } from './instants.ts';

export interface LiveLine {
  update(step: string): void;
  /** Takes the line away where it was rewritten in place: what was waited for is told next. */
  end(): void;
}

/** Back to the first column, and the line erased. */
const rewind = '\r\u001b[2K';

export function createLiveLine(
  stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>,
  now: () => number,
): LiveLine {
  const startedAt = now();
  let last: string | undefined;
  return {
    update(step) {
      // A line that is wider than the terminal would not be erased as a whole. Some terminals say that they have no width.
      if (stream.isTTY)
        stream.write(
          `${rewind}${`${step} (${formatDuration(now() - startedAt)})`.slice(0, (stream.columns || 80) - 1)}`,
        );
      else if (step !== last) stream.write(`${step}\n`);
      last = step;
    },
    end() {
      if (stream.isTTY) stream.write(rewind);
    },
  };
}
