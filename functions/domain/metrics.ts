// The metrics that the functions publish and that the stack's alarms and dashboard read: one list for both sides.

/** CloudWatch namespace of them all. */
export const metricNamespace = 'EdgeScaleOut';

/** What a metric can be told apart by. Each value of one of these is a time series that costs money: none is open-ended. */
export type MetricDimension = 'cluster' | 'source' | 'kind' | 'reason';

interface MetricDefinition {
  readonly unit: 'Count' | 'Seconds' | 'Percent' | 'None';
  /** Besides the series over the whole stack (dimension `service`), one for each combination of these. */
  readonly by: readonly MetricDimension[];
}

const defineMetrics = <const T extends Readonly<Record<string, MetricDefinition>>>(metrics: T): T => metrics;

export const metrics = defineMetrics({
  /** Messages that the queue function read for the first time, by who sent them; `unknown` for what tells it in no way. */
  AlertsReceived: { unit: 'Count', by: ['source'] },
  /** Decisions, by kind (buy, skip, defer) and reason (a skip's or a deferral's; `buy` for a purchase). */
  Decisions: { unit: 'Count', by: ['kind', 'reason'] },
  /** Jobs that went back to the queue to wait, by reason. */
  Deferrals: { unit: 'Count', by: ['reason'] },
  /** Messages that the queue function put on the dead-letter queue itself, by reason. */
  DeadLettered: { unit: 'Count', by: ['reason'] },
  /** Messages that failed for the third time, or once more: two failures may be chance. */
  RepeatedFailures: { unit: 'Count', by: [] },
  /** Alerts that nobody looked at: cut out of a group by its sender (Alertmanager's truncatedAlerts), or too many for us. */
  TruncatedAlerts: { unit: 'Count', by: ['source'] },
  /** Purchase requests that the gateway throttled. */
  ApiThrottles: { unit: 'Count', by: ['cluster'] },
  /** The difference between the gateway's clock and ours, without sign, at each of its answers. */
  ClockSkew: { unit: 'Seconds', by: [] },
  /** Time since the request in a cluster's purchase slot was signed, at each visit of the reconciler; none for a free slot. */
  SlotAge: { unit: 'Seconds', by: ['cluster'] },
  /** The same for a purchase in doubt (unknown, not parked), and 0 while there is none. */
  DoubtAge: { unit: 'Seconds', by: ['cluster'] },
  /** Purchases that wait for a person's word, at each visit: 1 for a parked slot, otherwise 0. */
  ParkedSlots: { unit: 'Count', by: ['cluster'] },
  /** Share of the month's budget that is spent or reserved, at each visit; at least 100 when the rest pays for no node, and 0 without a budget. */
  BudgetUsed: { unit: 'Percent', by: ['cluster'] },

  // From the ledger's stream: once per change of a job's state, however often functions crash.
  /** Accepted purchases. */
  Purchases: { unit: 'Count', by: ['cluster'] },
  /** Nodes of accepted purchases. */
  NodesBought: { unit: 'Count', by: ['cluster'] },
  /** Money of accepted purchases, in each cluster's own currency: without dimension it adds up currencies. */
  Spend: { unit: 'None', by: ['cluster'] },
  /** Purchases that the API refused. */
  Rejections: { unit: 'Count', by: ['cluster'] },
  /** Purchases whose outcome nobody knew. */
  AmbiguousOutcomes: { unit: 'Count', by: ['cluster'] },
  /** Nodes that became Ready. */
  NodesReady: { unit: 'Count', by: ['cluster'] },
  /** Tasks that failed, or delivered fewer nodes than were asked for. */
  TasksFailed: { unit: 'Count', by: ['cluster'] },
  /** Jobs whose paid nodes have not joined in time. */
  NodesOverdue: { unit: 'Count', by: ['cluster'] },
  /** From the moment the need arose to the accepted purchase. */
  TimeToAccepted: { unit: 'Seconds', by: ['cluster'] },
  /** From the moment the need arose to its nodes being Ready. */
  TimeToReady: { unit: 'Seconds', by: ['cluster'] },
});

export type MetricName = keyof typeof metrics;
