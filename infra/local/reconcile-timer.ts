// Stands in for the rule that starts the reconciler every minute.
import { errorMessage } from '../../functions/domain/problems.ts';
import type { Clock } from './clock.ts';

interface ReconcileTimer {
  /** A run now, or the current one. Rejects when it fails. */
  runNow(): Promise<void>;
  /** Waits for the current run. */
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
        .catch((error: unknown) => onFailure(errorMessage(error)))
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
