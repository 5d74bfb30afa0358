// A progress line: rewritten in place on a terminal, a new line per step elsewhere.
import { formatDuration } from './instants.ts';
import { visible } from './visible.ts';

export interface LiveLine {
  update(step: string): void;
  /** Erases the line on a terminal. */
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
    update(text) {
      const step = visible(text).replaceAll('\n', ' ');
      // A line wider than the terminal cannot be erased. Some terminals report no width.
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
