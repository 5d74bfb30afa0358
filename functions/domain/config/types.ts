// What an operator configures in functions/config.ts: as it is written, and as it is read, with its defaults filled in.
import type { WorkerTemplate } from '../ack/scale-out-request.ts';

/** One step adjustment, as in EC2 Auto Scaling: bounds are relative to the threshold, lower inclusive, upper exclusive. */
export interface Step {
  readonly lowerBound: number;
  /** Absent on the last step: it has no end. */
  readonly upperBound?: number;
  /** Nodes to add. Give `add` or `percent`. */
  readonly add?: number;
  /** Percent of the Ready nodes to add, rounded up. */
  readonly percent?: number;
}

/** Which alarms ask for capacity in a cluster, and how much. */
export interface AlarmRule {
  /** The alarm's name; `*` stands for any run of characters. An exact name wins over a pattern. */
  readonly name: string;
  readonly steps: readonly Step[];
}

/** A capacity bump at known times. Give `add` or `reach`. */
export interface Schedule {
  /** Unique among all schedules. */
  readonly name: string;
  /** EventBridge Scheduler syntax: cron(minutes hours day-of-month month day-of-week year), rate(n unit), at(yyyy-mm-ddThh:mm:ss). */
  readonly at: string;
  /** IANA name; UTC when absent. */
  readonly timezone?: string;
  readonly add?: number;
  readonly reach?: number;
  /** With `at(...)` only, for a one-off event: an ISO 8601 instant after which a late delivery buys nothing. */
  readonly until?: string;
}

export interface Limits {
  /** Nodes in the cluster, ready or not, with those on their way. */
  readonly maxNodes: number;
  readonly maxPerPurchase: number;
  /** Per UTC day. */
  readonly maxPerDay: number;
  /** Per UTC month, in the currency of `price`. */
  readonly budgetPerMonth?: number;
}

export interface ClusterConfig {
  /** The ACK cluster's id. */
  readonly id: string;
  /** The Alibaba Cloud region of the cluster itself (not of the ENS site). */
  readonly region: string;
  /** What is bought: body parameters of ScaleOutCluster, as the API names them. */
  readonly worker: WorkerTemplate;
  readonly limits: Limits;
  /** What one node costs for one month. Needed for a budget. */
  readonly price?: { readonly perNodeMonth: number; readonly currency: string };
  readonly cooldownMinutes: number;
  /** Alerts older than this buy nothing any more. */
  readonly staleAfterMinutes: number;
  /** Paid nodes that have not joined after this are reported as overdue. */
  readonly nodeJoinTimeoutMinutes: number;
  /** Nobody and nothing else scales this cluster out: a task found in its list may be taken for ours. */
  readonly exclusive: boolean;
  /** A purchase that provably did not happen may be sent again without a person. */
  readonly rearm: boolean;
  readonly dryRun: boolean;
  readonly alarms: readonly AlarmRule[];
  readonly schedules: readonly Schedule[];
}

/** Where Alertmanager-shaped alerts name their cluster and their numbers: label or annotation names, first found wins. */
export interface LabelRules {
  readonly cluster: readonly string[];
  readonly value: readonly string[];
  readonly threshold: readonly string[];
}

/** What it says of the AWS stack itself. */
export interface StackConfig {
  /** One KMS key of the account's own encrypts queues, topics, ledger, secrets and logs. */
  readonly customerKey: boolean;
  /** ARNs of the IAM roles and users that may put messages on the alert queue, besides the stack's own senders. */
  readonly enqueuers: readonly string[];
}

export interface Config {
  readonly clusters: Readonly<Record<string, ClusterConfig>>;
  readonly labels: LabelRules;
  readonly stack: StackConfig;
}

type Optional =
  | 'staleAfterMinutes'
  | 'nodeJoinTimeoutMinutes'
  | 'exclusive'
  | 'rearm'
  | 'dryRun'
  | 'alarms'
  | 'schedules';

/** A cluster as the operator writes it: what has a default may be left out. */
export type ClusterInput = Omit<ClusterConfig, Optional> & { readonly [K in Optional]?: ClusterConfig[K] };
export interface ConfigInput {
  readonly clusters: Readonly<Record<string, ClusterInput>>;
  readonly labels?: { readonly [K in keyof LabelRules]?: LabelRules[K] };
  readonly stack?: { readonly [K in keyof StackConfig]?: StackConfig[K] };
}
