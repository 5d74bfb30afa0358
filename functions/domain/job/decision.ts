// A decision as data: what came out, and what it was decided on. decide.ts makes it; it is logged, stored and told.
import type { Step } from '../config/types.ts';

/** What the cluster itself reports, read only when a purchase is otherwise decided. */
export interface Fleet {
  /** ACK cluster state; purchases wait for `running`. */
  readonly state: string;
  /** Nodes in the cluster, whatever their status. */
  readonly nodes: number;
  /** Those of them that are not Ready: paid for and idle. */
  readonly notReady: number;
  /** Nodes that may be awaited ones: they were created after the oldest purchase that is awaited. Absent when there are none. */
  readonly joining?: number;
  /** Ready nodes that may answer the need already: what served when it arose is the others. Absent when there are none. */
  readonly joined?: number;
}

/** What makes nodes of a need: the number that was asked for, or the step of an alarm rule. */
export type Rule =
  | { readonly kind: 'add' | 'reach'; readonly nodes: number }
  | {
      readonly kind: 'alarm';
      /** As the config names it; may be a pattern. */
      readonly name: string;
      /** The step that the breach falls under; absent when there is none. */
      readonly step?: Step;
    };

export type LimitName = 'max-nodes' | 'max-per-day' | 'max-per-purchase' | 'budget';

/** A number as the decision found it, and as it leaves it. */
export interface Change {
  readonly before: number;
  readonly after: number;
}

/** What a decision rests on, so that it can be checked with a pencil. What it did not come to is absent. */
export interface Basis {
  readonly rule?: Rule;
  readonly fleet?: Fleet;
  /** Nodes bought and not Ready yet. */
  readonly pending?: number;
  /** Nodes bought that did not join in time: they count for max-nodes only. Absent when there are none. */
  readonly overdue?: number;
  /** Nodes that came since the need of an alarm arose, and answer it. Absent when there are none. */
  readonly answered?: number;
  /** Nodes that are missing by the rule, whatever the limits say; 0 or less when none is. */
  readonly wanted?: number;
  /** The tightest limit, if it left less than was wanted, and the nodes it had room for; 0 or less for none. */
  readonly limit?: { readonly name: LimitName; readonly room: number };
  /** Nodes that count in the UTC day. */
  readonly used?: Change;
  /** Money that counts in the UTC month, in the cluster's currency. */
  readonly spent?: Change;
}

/** What a dry run would have bought: nodes, and what they cost in the cluster's currency. */
export interface DryRun {
  readonly count: number;
  readonly cost: number;
}

export type SkipReason = 'stale' | 'no-rule' | 'satisfied' | 'dry-run' | 'recovered' | LimitName;
export type DeferReason =
  | 'paused'
  | 'cooldown'
  | 'not-running'
  | 'nodes-not-ready'
  /** Bought nodes are listed already and awaited still: nobody knows how many are missing to a number to reach. */
  | 'joining'
  | 'ledger-full'
  /** Its alarm stands, and is suppressed or muted. */
  | 'suppressed'
  | 'clock-skew';

/** Why a job waits: as it was decided, or for the purchase in the slot, its own that is being sent or another job's. */
export type WaitReason = DeferReason | 'sending' | 'busy';
/** The same, or after its own send, which provably did not happen. */
export type DeferralReason = WaitReason | 'not-sent';

interface Decided {
  /** In words, for people. */
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
