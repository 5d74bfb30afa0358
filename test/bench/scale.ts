// How much is measured. More of everything makes the medians steadier, and takes longer.
export interface Scale {
  /** Fresh processes of each function, for cold starts. */
  readonly coldStarts: number;
  /** Those before, that are not counted. */
  readonly warmUpStarts: number;
  /** Fresh processes of each side, with a network: of so much memory in MB, and so many purchases after the first. */
  readonly memories: readonly number[];
  readonly networkRounds: number;
  readonly warmBuys: number;
  /** Fresh processes for each cell of the throughput table. */
  readonly processes: number;
  /** Alerts of each kind in one process, and those before them that are not counted. */
  readonly alerts: number;
  readonly warmUpAlerts: number;
  /** Milliseconds that each answer of ACK takes longer. */
  readonly latencies: readonly number[];
  /** Clusters over which the alerts are spread. */
  readonly spreads: readonly number[];
  /** Of groups of alerts that are read in each turn. */
  readonly parsedBytes: number;
  /** Alerts through one process, and how many pass from one look at the memory to the next. */
  readonly longRunAlerts: number;
  readonly longRunStep: number;
  /** Clusters in the config. */
  readonly configSizes: readonly number[];
  /** Entries in `done` or `pending` of each cluster. The ledger takes no purchase beyond 50. */
  readonly entries: readonly number[];
  readonly histories: number;
  /** Of load, by the name of the span. */
  readonly backtestDays: { readonly month: number; readonly year: number };
}

export const fullScale: Scale = {
  coldStarts: 25,
  warmUpStarts: 1,
  memories: [512, 1024],
  networkRounds: 25,
  warmBuys: 12,
  processes: 3,
  alerts: 300,
  warmUpAlerts: 300,
  latencies: [0, 20],
  spreads: [1, 10, 100],
  parsedBytes: 50e6,
  longRunAlerts: 100_000,
  longRunStep: 2_000,
  configSizes: [1, 10, 100, 1000],
  entries: [0, 10, 20, 30, 40, 50],
  histories: 4_000,
  backtestDays: { month: 30, year: 365 },
};

/** Enough to see that all of it works; its figures mean nothing. */
export const quickScale: Scale = {
  coldStarts: 1,
  warmUpStarts: 0,
  memories: [512],
  networkRounds: 1,
  warmBuys: 2,
  processes: 1,
  alerts: 10,
  warmUpAlerts: 0,
  latencies: [0],
  spreads: [10],
  parsedBytes: 1e6,
  longRunAlerts: 100,
  longRunStep: 50,
  configSizes: [1, 10],
  entries: [0, 2],
  histories: 10,
  backtestDays: { month: 1, year: 2 },
};
