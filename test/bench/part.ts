// The parts of the benchmark, and what each takes and gives.
import type { ConfigInput } from '../../functions/domain/config/types.ts';
import type { Scale } from './scale.ts';
import type { World } from './world.ts';

/** In the order in which they run and are told. */
export const partNames = [
  'sizes',
  'cold-start',
  'network',
  'throughput',
  'parsing',
  'calls',
  'memory',
  'growth',
  'simulate',
  'backtest',
] as const;
export type PartName = (typeof partNames)[number];

/** Of the long run, after so many alerts. */
export interface Sample {
  readonly alerts: number;
  /** Of them, those since the sample before; as the two costs. */
  readonly count: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  /** In use, after a garbage collection. */
  readonly heapBytes: number;
  readonly rssBytes: number;
}

/** One run of the benchmark, for all of its parts. */
export interface Run {
  readonly scale: Scale;
  /** Another checkout of the project, to be measured beside this one. */
  readonly before?: string | undefined;
  readonly onProgress: (text: string) => void;
  /** The bundles with this config, and the services. */
  readonly worldOf: (config: ConfigInput) => World;
  /** Many alerts through one warm function; parts that look at it share it. */
  readonly longRun: () => Promise<readonly Sample[]>;
}

export interface Table {
  readonly title: string;
  /** The first column names the row; the others hold figures. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What a reader must know to read it. */
  readonly note?: string;
}

export interface Target {
  readonly what: string;
  readonly limit: string;
  readonly figure: string;
  readonly reached: boolean;
  /** What stands in the way, to be told where it is not reached. */
  readonly obstacle?: string;
}

export interface PartReport {
  /** The figures, for programs. */
  readonly data: unknown;
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
  /** An SVG document. */
  readonly picture?: () => Promise<string>;
}

/** @throws Error when something was measured that did not do what it had to, as a purchase that was not made */
export type Part = (run: Run) => Promise<PartReport>;
