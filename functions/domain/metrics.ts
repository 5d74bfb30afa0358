// The metrics of the functions, for the functions and for the alarms and dashboard of the stack.

export const metricNamespace = 'EdgeScaleOut';

/** Every value is a time series that costs money, so no dimension is unbounded. */
export type MetricDimension = 'cluster' | 'source' | 'kind' | 'reason';

interface MetricDefinition {
  readonly unit: 'Count' | 'Seconds' | 'Percent' | 'None';
  /** One series for each combination, besides the one of the whole stack (dimension `service`). */
  readonly by: readonly MetricDimension[];
}

const defineMetrics = <const T extends Readonly<Record<string, MetricDefinition>>>(metrics: T): T => metrics;

export const metrics = defineMetrics({
  /** Messages that the queue function received for the first time, by sender; `unknown` without a known sender. */
  AlertsReceived: { unit: 'Count', by: ['source'] },
  /** Messages that ask for nothing, such as a recovery. */
  IgnoredMessages: { unit: 'Count', by: [] },
  /** Jobs that came again after they were decided, or while they were: nothing is bought again. */
  Replays: { unit: 'Count', by: [] },
  /** Decisions, by kind (buy, skip, defer) and reason (a skip's or a deferral's; `buy` for a purchase). */
  Decisions: { unit: 'Count', by: ['kind', 'reason'] },
  /** Jobs that went back to the queue, by reason. */
  Deferrals: { unit: 'Count', by: ['reason'] },
  /** Messages that the queue function put on the dead-letter queue itself, by reason. */
  DeadLettered: { unit: 'Count', by: ['reason'] },
  /** Messages that failed for the third time or more. */
  RepeatedFailures: { unit: 'Count', by: [] },
  /** Requests that the webhook refused with 413, by sender: its alert is larger than a message, or its body than a request. */
  AlertsTooLarge: { unit: 'Count', by: ['source'] },
  /** Alerts that the sender left out (truncatedAlerts). */
  TruncatedAlerts: { unit: 'Count', by: ['source'] },
  /** Purchase requests that the gateway throttled. */
  ApiThrottles: { unit: 'Count', by: ['cluster'] },
  /** Absolute difference between the gateway's clock and ours, for each answer. */
  ClockSkew: { unit: 'Seconds', by: [] },
  /** Time since the signature of the purchase in the slot, at each run of the reconciler; none for a free slot. */
  SlotAge: { unit: 'Seconds', by: ['cluster'] },
  // Levels: at each run of the reconciler for the whole stack, zeros included; for a cluster while it is not 0, and once when it ends.
  /** The same for a purchase in doubt (unknown, not parked); otherwise 0. */
  DoubtAge: { unit: 'Seconds', by: ['cluster'] },
  /** 1 for a parked slot, otherwise 0. */
  ParkedSlots: { unit: 'Count', by: ['cluster'] },
  /** Spent or reserved share of the month's budget; at least 100 when the rest pays for no node, 0 without a budget. */
  BudgetUsed: { unit: 'Percent', by: ['cluster'] },
  /** Nodes that do not count any more, as their lease is over: at each check of leases. */
  NodesLapsed: { unit: 'Count', by: ['cluster'] },

  // From the ledger's stream: once per change of a job's state.
  /** Accepted purchases. */
  Purchases: { unit: 'Count', by: ['cluster'] },
  /** Nodes of accepted purchases. */
  NodesBought: { unit: 'Count', by: ['cluster'] },
  /** Price of accepted purchases, in each cluster's currency. */
  Spend: { unit: 'None', by: ['cluster'] },
  /** Purchases that the API refused. */
  Rejections: { unit: 'Count', by: ['cluster'] },
  /** Purchases that came into doubt. */
  AmbiguousOutcomes: { unit: 'Count', by: ['cluster'] },
  /** Nodes that became Ready. */
  NodesReady: { unit: 'Count', by: ['cluster'] },
  /** Tasks that failed or delivered fewer nodes than requested. */
  TasksFailed: { unit: 'Count', by: ['cluster'] },
  /** Jobs with overdue nodes. */
  NodesOverdue: { unit: 'Count', by: ['cluster'] },
  /** Alerts that have bought as often as their rules let them, and stand. */
  StillShort: { unit: 'Count', by: ['cluster'] },
  /** Nodes whose lease ends, 7 days before and 1 day before, where auto-renewal is off. */
  LeasesExpiring: { unit: 'Count', by: ['cluster'] },
  /** From the need to the accepted purchase. */
  TimeToAccepted: { unit: 'Seconds', by: ['cluster'] },
  /** From the need to Ready nodes. */
  TimeToReady: { unit: 'Seconds', by: ['cluster'] },
});

export type MetricName = keyof typeof metrics;
