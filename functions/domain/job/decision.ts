// A decision and its numbers. decide.ts makes it; it is logged, stored and published.
import type { Limits, Step } from '../config/types.ts';

/** The cluster as ACK reports it, read only when a purchase is otherwise decided. */
export interface Fleet {
  /** ACK cluster state; purchases wait for `running`. */
  readonly state: string;
  /** Nodes in any status that count. */
  readonly nodes: number;
  readonly notReady: number;
  /** Nodes that may be pending ones: created after the oldest pending purchase. Absent for none. */
  readonly joining?: number;
  /** Ready nodes that may already answer the need. Absent for none. */
  readonly joined?: number;
  /** Nodes whose lease is over, and that do not count. Absent for none. */
  readonly lapsed?: number;
}

/** The requested number of nodes, or the step of an alarm rule. */
export type Rule =
  | { readonly kind: 'add' | 'reach'; readonly nodes: number }
  | {
      readonly kind: 'alarm';
      /** As the config names it; may be a pattern. */
      readonly name: string;
      /** Absent when no step covers the breach. */
      readonly step?: Step;
    };

export const limitNames = ['max-nodes', 'max-per-day', 'max-per-purchase', 'budget'] as const;
export type LimitName = (typeof limitNames)[number];

/** A number before and after the decision. */
export interface Change {
  readonly before: number;
  readonly after: number;
}

/** The numbers of a decision, to verify it. Unused ones are absent. */
export interface Basis {
  readonly rule?: Rule;
  readonly fleet?: Fleet;
  /** Nodes bought and not Ready yet. */
  readonly pending?: number;
  /** Nodes bought that are overdue: they count for max-nodes only. Absent for none. */
  readonly overdue?: number;
  /** Nodes that came since the alarm's need arose, and answer it. Absent for none. */
  readonly answered?: number;
  /** Missing nodes before the limits; 0 or less for none. */
  readonly wanted?: number;
  /** The tightest limit, if it cut, and the nodes that it allowed; 0 or less for none. */
  readonly limit?: { readonly name: LimitName; readonly room: number };
  /** The limits that it was held to. Absent in decisions of earlier versions. */
  readonly limits?: Limits;
  /** Nodes in the UTC day. */
  readonly used?: Change;
  /** Money in the UTC month, in the cluster's currency. */
  readonly spent?: Change;
}

/** What a dry run would have bought. */
export interface DryRun {
  readonly count: number;
  readonly cost: number;
}

type SkipReason = 'stale' | 'no-rule' | 'satisfied' | 'dry-run' | 'recovered' | LimitName;
type DeferReason =
  | 'paused'
  | 'cooldown'
  | 'not-running'
  | 'nodes-not-ready'
  /** Booting nodes are listed and still pending: the number of missing nodes is not known. */
  | 'joining'
  | 'ledger-full'
  /** Its sender dates it ahead of our clock. */
  | 'dated-ahead'
  /** Its alarm is in ALARM, and suppressed or muted. */
  | 'suppressed'
  | 'clock-skew';

/** Why a job waits: by decision, or for the purchase in the slot (its own: `sending`, another: `busy`). */
export type WaitReason = DeferReason | 'sending' | 'busy';
/** The same, or its request was not sent. */
export type DeferralReason = WaitReason | 'not-sent';

interface Decided {
  /** In words. */
  readonly why: string;
  readonly basis: Basis;
}

export type Buy = Decided & { readonly kind: 'buy'; readonly count: number; readonly cost: number };
export type Decline = Decided & { readonly kind: 'skip'; readonly reason: SkipReason; readonly dryRun?: DryRun };
export type Deferral = Decided & {
  readonly kind: 'defer';
  readonly reason: DeferReason;
  /** Epoch milliseconds. */
  readonly until: number;
};

export type Decision = Buy | Decline | Deferral;

export function skip(reason: SkipReason, why: string, basis: Basis): Decline {
  return { kind: 'skip', reason, why, basis };
}

/** @param until epoch milliseconds */
export function defer(reason: DeferReason, until: number, why: string, basis: Basis): Deferral {
  return { kind: 'defer', reason, until, why, basis };
}
