// Writes that their client gave up, and that the table carries out all the same, some minutes later.

interface LateWrite {
  readonly label: string;
  readonly at: number;
  readonly apply: () => unknown;
}

export type LateWrites = ReturnType<typeof createLateWrites>;

const none: readonly string[] = [];
const latestMs = 5 * 60_000;

export function createLateWrites(now: () => number, random: () => number) {
  let waiting: readonly LateWrite[] = [];
  return {
    add(label: string, apply: () => unknown) {
      waiting = [...waiting, { label, at: now() + random() * latestMs, apply }];
    },
    /** Carries out what is due, where its condition still holds. @returns what was due, in words */
    land(): readonly string[] {
      if (waiting.length === 0) return none;
      const due = waiting.filter(({ at }) => at <= now()).toSorted((a, b) => a.at - b.at);
      waiting = waiting.filter(({ at }) => at > now());
      return due.map(({ label, apply }) => {
        try {
          apply();
          return label;
        } catch {
          return `refused: ${label}`;
        }
      });
    },
    /** Milliseconds until nothing is left to come. */
    lastInMs: (): number => Math.max(0, ...waiting.map(({ at }) => at - now())),
  };
}
