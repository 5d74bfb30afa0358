// The types of functions/config.ts: as written, and with its defaults.
import type { WorkerTemplate } from '../ack/scale-out-request.ts';

/** A step adjustment as in EC2 Auto Scaling: bounds are relative to the threshold, lower inclusive, upper exclusive. */
export interface Step {
  readonly lowerBound: number;
  /** Absent on the last step. */
  readonly upperBound?: number;
  /** Nodes to add. Give `add` or `percent`. */
  readonly add?: number;
  /** Percent of the Ready nodes to add, rounded up. */
  readonly percent?: number;
}

/** Which alarms ask for capacity in a cluster, and how much. */
export interface AlarmRule {
  /** `*` stands for any characters. An exact name wins over a pattern. */
  readonly name: string;
  readonly steps: readonly Step[];
  /** While its alert stands and nodes are missing, it asks again. Absent: one alert buys once. */
  readonly again?: Again;
}

export interface Again {
  /** After the nodes of the last purchase for the cluster came, or were given up. */
  readonly afterMinutes: number;
  /** Further purchases for one alert, at most. */
  readonly times: number;
}

/** A capacity bump at known times. Give `add` or `reach`. */
export interface Schedule {
  /** Unique among all schedules. */
  readonly name: string;
  /** EventBridge Scheduler syntax: cron(minutes hours day-of-month month day-of-week year), rate(n unit), at(yyyy-mm-ddThh:mm:ss). */
  readonly at: string;
  /** IANA name; UTC when absent. */
  readonly timezone?: string;
  /** Nodes to add at each occurrence. */
  readonly add?: number;
  /** Nodes to have in all at each occurrence, with those on their way. */
  readonly reach?: number;
  /** With `at(...)` only, for a one-off event: an ISO 8601 instant after which a late delivery buys nothing. */
  readonly until?: string;
}

export interface Limits {
  /** Nodes in the cluster, Ready or not, and nodes on their way. */
  readonly maxNodes: number;
  /** Nodes that one job buys at most. */
  readonly maxPerPurchase: number;
  /** Nodes per UTC day. */
  readonly maxPerDay: number;
  /** Money per UTC month, in the currency of `price`. Absent: no budget. */
  readonly budgetPerMonth?: number;
}

export interface ClusterConfig {
  /** The ACK cluster's id. */
  readonly id: string;
  /** The Alibaba Cloud region of the cluster itself (not of the ENS site). */
  readonly region: string;
  /** Body parameters of ScaleOutCluster, as the API names them. */
  readonly worker: WorkerTemplate;
  /** No alarm, person or schedule gets past them, however many come at once. */
  readonly limits: Limits;
  /** Needed for a budget. */
  readonly price?: { readonly perNodeMonth: number; readonly currency: string };
  /** After a purchase, alarms wait so long. Failed tasks double it, up to three hours. */
  readonly cooldownMinutes: number;
  /** Older alerts buy nothing. @default 30 */
  readonly staleAfterMinutes: number;
  /** Paid nodes that are not Ready after this are overdue. @default 30 */
  readonly nodeJoinTimeoutMinutes: number;
  /** Nothing else scales this cluster out: a task in its list may be adopted. @default false */
  readonly exclusive: boolean;
  /** A request that was not executed may be sent again without a person. @default false */
  readonly rearm: boolean;
  /** Everything is decided, and nothing is bought. @default false */
  readonly dryRun: boolean;
  /** Which alarms ask for nodes here. @default none */
  readonly alarms: readonly AlarmRule[];
  /** @default none */
  readonly schedules: readonly Schedule[];
}

/** Names of labels or annotations in Alertmanager alerts; `annotations.x` is read from annotations only. The first one found wins. */
export interface LabelRules {
  readonly cluster: readonly string[];
  readonly value: readonly string[];
  readonly threshold: readonly string[];
}

export interface StackConfig {
  /** A KMS key of the account encrypts queues, topics, ledger, secrets and logs. */
  readonly customerKey: boolean;
  /** ARNs of the IAM roles and users that may put messages on the alert queue, besides the stack's own senders. */
  readonly enqueuers: readonly string[];
  /** ARNs of the IAM roles and users that may read the keys of Alibaba Cloud, besides the functions: for `doctor`, `clusters` and previews. */
  readonly operators: readonly string[];
  /** Whether senders can post to a URL. */
  readonly webhook: boolean;
  /** Concurrent executions that are reserved for the webhook, and its limit. */
  readonly webhookConcurrency?: number;
  /** Ids of other AWS accounts whose CloudWatch alarms are taken, of all Regions. */
  readonly alarmAccounts: readonly string[];
  /** Where your people read infra/RUNBOOK.md, an https URL: the dashboard links to its sections. */
  readonly runbook?: string;
  /** RAM roles that the functions assume with tokens of AWS STS. Absent: they use the access keys in Secrets Manager. */
  readonly alibaba?: AlibabaRoles;
}

/** By ARN, all of one Alibaba Cloud account. */
export interface AlibabaRoles {
  /** The OIDC provider of RAM for the token issuer of the AWS account. */
  readonly oidcProviderArn: string;
  /** Of a RAM role that may buy: ScaleOutCluster, and the Describe calls. */
  readonly buyerRoleArn: string;
  /** Of a RAM role with the Describe calls only. */
  readonly readerRoleArn: string;
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

/** As written: fields with a default are optional. */
export type ClusterInput = Omit<ClusterConfig, Optional> & { readonly [K in Optional]?: ClusterConfig[K] };
export interface ConfigInput {
  /** By name. The name is the cluster's identity in the ledger: keep it. Lower-case letters, digits and dashes. */
  readonly clusters: Readonly<Record<string, ClusterInput>>;
  /** Where Alertmanager-shaped alerts name their cluster, value and threshold. */
  readonly labels?: { readonly [K in keyof LabelRules]?: LabelRules[K] };
  /** Who may send and read, whose alarms count, the webhook, and the encryption key. */
  readonly stack?: { readonly [K in keyof StackConfig]?: StackConfig[K] };
}
