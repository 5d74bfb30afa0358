import { timings } from '../../functions/domain/timings.ts';
import type { FunctionName } from '../bundle/bundle.ts';
import { maxReceives } from '../max-receives.ts';
import type { AckSimulatorOptions } from './ack-simulator/server.ts';
import type { MappingEvent } from './event-source-mapping.ts';
import { type EngineSecrets, makeUpSecrets } from './made-up-secrets.ts';
import type { TickerEvent } from './schedule-ticker.ts';
import type { StreamEvent } from './stream-mapping.ts';

export type EngineEvent =
  | MappingEvent
  | StreamEvent
  | TickerEvent
  /** A part of the engine is up. */
  | { readonly kind: 'started'; readonly part: string; readonly detail: string }
  /** A line that a function printed. */
  | { readonly kind: 'log'; readonly name: FunctionName; readonly line: string }
  | { readonly kind: 'reconcile-failed'; readonly why: string };

export interface EngineOptions {
  /** Made up unless given. */
  readonly secrets: EngineSecrets;
  /** Paces and more; its clusters are those of the config, unless given. */
  readonly simulator: Partial<Omit<AckSimulatorOptions, 'accessKeys'>>;
  /** Where the functions reach the simulator: a test puts a proxy between them. */
  readonly ackEndpoint: (simulatorUrl: string) => string | Promise<string>;
  /** Processes of the queue function, and so its invocations at once. */
  readonly concurrency: number;
  readonly visibilityTimeoutMs: number;
  readonly functionTimeoutMs: number;
  /** After this many receives a message goes to the dead letters. */
  readonly maxReceives: number;
  readonly reconcileEveryMs: number;
  /** Whether the config's schedules fire when they are due. `fireSchedule` works in any case. */
  readonly firesSchedules: boolean;
  /** Whether commands find this engine. */
  readonly register: boolean;
  readonly onEvent: (event: EngineEvent) => void;
}

/** As deployed (infra/alert-queue.ts, infra/functions.ts), but for the two processes that a small machine can spare. */
export const defaultOptions = (): EngineOptions => ({
  secrets: makeUpSecrets(),
  // Nodes in seconds instead of minutes. They are Ready as they boot: a fleet that is half NotReady makes the functions
  // wait five minutes before they buy more, which is not what whoever tries this out came to see.
  simulator: { taskDurationMs: 5000, nodeJoinMs: 0, listLagMs: 1000 },
  ackEndpoint: (simulatorUrl) => simulatorUrl,
  concurrency: 2,
  visibilityTimeoutMs: timings.visibilityTimeoutMs,
  functionTimeoutMs: timings.functionTimeoutMs,
  maxReceives,
  reconcileEveryMs: 60_000,
  firesSchedules: true,
  register: true,
  onEvent: () => undefined,
});
