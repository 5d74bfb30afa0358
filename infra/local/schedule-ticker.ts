// Stands in for EventBridge Scheduler.
import { type Occurrences, occurrencesOf } from '../../functions/cli/report/aws-cron.ts';
import { scheduleInput } from '../../functions/domain/config/schedule-input.ts';
import type { Config, Schedule } from '../../functions/domain/config/types.ts';
import { errorMessage } from '../../functions/domain/problems.ts';
import type { Clock } from './clock.ts';

export type TickerEvent =
  | { readonly kind: 'schedule-fired'; readonly schedule: string; readonly scheduledTime: string }
  | { readonly kind: 'schedule-failed'; readonly schedule: string; readonly why: string };

export interface ScheduleTicker {
  /** Sends an occurrence now. @throws Error for an unknown schedule */
  fire(name: string): Promise<string>;
  /** Cancels future occurrences and waits for those being sent. */
  stop(): Promise<void>;
}

interface TickerDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly send: (body: string) => Promise<unknown>;
  readonly onEvent: (event: TickerEvent) => void;
}

/** setTimeout takes 31 bits. */
const longestWaitMs = 2 ** 31 - 1;

export function startScheduleTicker({ config, clock, send, onEvent }: TickerDeps): ScheduleTicker {
  const schedules = Object.entries(config.clusters).flatMap(([cluster, of]) =>
    of.schedules.map((schedule) => ({ cluster, schedule })),
  );
  const cancels = new Map<string, () => void>();
  const sending = new Set<Promise<unknown>>();

  function sendOccurrence(cluster: string, schedule: Schedule, at: number): Promise<string> {
    // As Scheduler writes it.
    const scheduledTime = `${new Date(at).toISOString().slice(0, 19)}Z`;
    const body = JSON.stringify(scheduleInput(cluster, schedule, scheduledTime));
    onEvent({ kind: 'schedule-fired', schedule: schedule.name, scheduledTime });
    const sent = send(body).then(() => body);
    const ended = sent
      .catch((error: unknown) =>
        onEvent({ kind: 'schedule-failed', schedule: schedule.name, why: errorMessage(error) }),
      )
      .finally(() => sending.delete(ended));
    sending.add(ended);
    return sent;
  }

  function arm(cluster: string, schedule: Schedule, occurrences: Occurrences): void {
    const due = occurrences(clock.now());
    if (due !== undefined) waitUntil(due);

    function waitUntil(at: number): void {
      const waitMs = Math.min(at - clock.now(), longestWaitMs);
      const cancel = clock.after(Math.max(0, waitMs), () => {
        if (clock.now() < at) return waitUntil(at);
        // Reported by onEvent.
        sendOccurrence(cluster, schedule, at).catch(() => undefined);
        arm(cluster, schedule, occurrences);
      });
      cancels.set(schedule.name, cancel);
    }
  }

  for (const { cluster, schedule } of schedules) {
    try {
      arm(cluster, schedule, occurrencesOf(schedule, clock.now()));
    } catch (error) {
      // Scheduler may support an expression that croner does not.
      onEvent({ kind: 'schedule-failed', schedule: schedule.name, why: errorMessage(error) });
    }
  }

  return {
    async fire(name) {
      const found = schedules.find(({ schedule }) => schedule.name === name);
      if (!found) throw new Error(`there is no schedule ${name} in the config`);
      return sendOccurrence(found.cluster, found.schedule, clock.now());
    },
    async stop() {
      for (const cancel of cancels.values()) cancel();
      await Promise.all(sending);
    },
  };
}
