// Stands for the rule that starts the reconciler every minute. A run that fails is an event: the next one goes on.
import type { Clock } from './clock.ts';

export interface ReconcileTimer {
  /** A run now, or the one that is under way. Rejects when it fails. */
  runNow(): Promise<void>;
  /** No further runs; waits for the one that is under way. */
  stop(): Promise<void>;
}

interface TimerDeps {
  readonly everyMs: number;
  readonly clock: Clock;
  readonly invoke: () => Promise<unknown>;
  readonly onFailure: (why: string) => void;
}

export function startReconcileTimer({ everyMs, clock, invoke, onFailure }: TimerDeps): ReconcileTimer {
  let running: Promise<void> | undefined;
  let stopped = false;
  let cancel: () => void = () => undefined;

  function runNow(): Promise<void> {
    running ??= invoke()
      .then(() => undefined)
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  function arm(): void {
    if (stopped) return;
    cancel = clock.after(everyMs, () => {
      runNow()
        .catch((error: unknown) => onFailure(error instanceof Error ? error.message : String(error)))
        .finally(arm);
    });
  }

  arm();
  return {
    runNow,
    async stop() {
      stopped = true;
      cancel();
      await running?.catch(() => undefined);
    },
  };
}
