import { config } from '../../functions/config.ts';
import type { ConfigInput } from '../../functions/domain/config/types.ts';
import { timings } from '../../functions/domain/timings.ts';
import type { FunctionName } from '../bundle/function-names.ts';
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
  /** What the functions read; checked at the start. Default: functions/config.ts */
  readonly config: ConfigInput;
  readonly secrets: EngineSecrets;
  /** Default clusters: those of the config. */
  readonly simulator: Partial<Omit<AckSimulatorOptions, 'accessKeys'>>;
  /** How long the credentials of a RAM role last, milliseconds. Absent: as long as was asked for. */
  readonly sessionMs?: number;
  /** A test can put a proxy before the simulator. */
  readonly ackEndpoint: (simulatorUrl: string) => string | Promise<string>;
  /** Processes of the queue function. */
  readonly concurrency: number;
  readonly visibilityTimeoutMs: number;
  readonly functionTimeoutMs: number;
  readonly maxReceives: number;
  readonly reconcileEveryMs: number;
  /** Whether schedules fire when they are due. `fireSchedule` always works. */
  readonly firesSchedules: boolean;
  /** Whether commands find this engine. */
  readonly register: boolean;
  /** Whether a debugger can attach to the functions. */
  readonly inspect: boolean;
  readonly onEvent: (event: EngineEvent) => void;
}

/** As deployed, with two processes. */
export const defaultOptions = (): EngineOptions => ({
  config,
  secrets: makeUpSecrets(),
  // Nodes in seconds, Ready at boot: with too many NotReady nodes the functions would wait five minutes.
  simulator: { taskDurationMs: 5000, nodeJoinMs: 0, listLagMs: 1000 },
  ackEndpoint: (simulatorUrl) => simulatorUrl,
  concurrency: 2,
  visibilityTimeoutMs: timings.visibilityTimeoutMs,
  functionTimeoutMs: timings.functionTimeoutMs,
  maxReceives,
  reconcileEveryMs: 60_000,
  firesSchedules: true,
  register: true,
  inspect: false,
  onEvent: () => undefined,
});
