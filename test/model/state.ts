// One state of the world: the cluster's item, the records of the jobs, the queue, what the service did, and every process
// between two steps. Nested objects are never changed, only replaced, so that a copy of a state is a few short arrays.

export const outcomes = ['accepted', 'rejected', 'abandoned', 'skipped'] as const;
export type Outcome = (typeof outcomes)[number];

export const phases = ['sending', 'unknown', 'parked'] as const;
export type Phase = (typeof phases)[number];

/** How a task stands for the process that read it, and in the record of its job. */
export const standings = ['none', 'overdue', 'completed', 'failed', 'given up'] as const;
export type Standing = (typeof standings)[number];

/** Where a process stands: the step that it takes next. */
export const steps = [
  'idle',
  'read cluster',
  'read job',
  'skip',
  'arm',
  'read back',
  'send',
  'wait',
  'mark',
  'unsent',
  'settle',
  'copy',
  'ack',
  'settle doubt',
  'read after the list',
  'listed',
  'rearm',
  'follow',
  'shrink',
] as const;
export type Step = (typeof steps)[number];

/** The one purchase slot of a cluster. */
export interface Slot {
  readonly job: number;
  /** Its nonce: an index of `requests`. */
  readonly request: number;
  readonly phase: Phase;
  readonly attempt: number;
  /** Empty listings past the fence; counted only where a listing may miss something. */
  readonly empties: number;
}

export interface Verdict {
  readonly outcome: Outcome;
  /** Of the job that it was bought for, or `foreignTask`; -1 for none. */
  readonly task: number;
}

/** Time as one signed request sees it. */
export const clocks = ['open', 'shut', 'nearly fenced', 'fenced'] as const;
/**
 * open: the gateway takes it. shut: its date is too old. nearly fenced: 35 minutes have passed on our clock, which may be
 * ahead. fenced: 37 minutes have passed on our clock, so that the task list shows whatever was executed (A4).
 */
export type Clock = (typeof clocks)[number];

export const nets = ['unsent', 'flying', 'executed', 'gone'] as const;
export const answers = ['none', 'accepted', 'rejected', 'refused'] as const;

/** A signed request and its answer. */
export interface Request {
  readonly job: number;
  readonly net: (typeof nets)[number];
  /** refused: proof that it was not executed (throttled, or its date expired). */
  readonly answer: (typeof answers)[number];
  readonly clock: Clock;
  /** Bit per task: dated before the window of this signature, so no candidate for it. */
  readonly outside: number;
}

export interface Process {
  readonly at: Step;
  readonly job: number;
  /** The request that it signed, or whose doubt it settles; -1 for none. */
  readonly request: number;
  /** Whether `ver` is still what it read: another write that moves `ver` makes this false. */
  readonly fresh: boolean;
  /** Whether the cluster, as it read it, may buy: within the limits, and not paused. */
  readonly mayBuy: boolean;
  /** What it is about to settle or copy. */
  readonly verdict: Verdict | null;
  /** Between signature and ARM or REARM: what becomes `outside` of the request. */
  readonly outside: number;
  /** Cooldown and failures, as it read them. */
  readonly cooldown: number;
  readonly failures: number;
  readonly standing: Standing;
  /** Empty listings, as it read them. */
  readonly empties: number;
}

/** Whether the nodes of a job are awaited. */
export const pendings = ['none', 'awaited', 'overdue'] as const;
/** How the task list shows a purchase. */
export const listings = ['no', 'plain', 'disguised'] as const;
/** What became of the task of a purchase. */
export const tasks = ['running', 'completed', 'failed'] as const;

export interface State {
  // CLUSTER; `ver` is kept as `fresh` of each process
  slot: Slot | null;
  used: number;
  paused: boolean;
  /** 0: none. 1: the usual one after a purchase. 2: the longer one after a failed task. */
  cooldown: number;
  failures: number;
  done: (Verdict | null)[];
  pending: (typeof pendings)[number][];
  // JOB
  record: (Verdict | null)[];
  progress: Standing[];
  // SQS: whether the message is still in the queue
  message: boolean[];
  // the service
  bought: number[];
  listed: (typeof listings)[number][];
  /** Bit per task: so old that it is outside of the window of every signature from now on. */
  old: number;
  task: (typeof tasks)[number][];
  /** How late it is: not, overdue, or a day overdue. */
  late: number[];
  /** Whether a task that is not ours exists. */
  foreign: boolean;
  /** Whether a listing missed something already. */
  missed: boolean;
  requests: Request[];
  processes: Process[];
}

export const idle: Process = {
  at: 'idle',
  job: 0,
  request: -1,
  fresh: false,
  mayBuy: false,
  verdict: null,
  outside: 0,
  cooldown: 0,
  failures: 0,
  standing: 'none',
  empties: 0,
};

/** The id of the task that is not ours; the task of a purchase has the number of its job. */
export const foreignTask = 2;

/** An element that is known to exist. */
export function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`no element ${index} of ${list.length}`);
  return found;
}

export const isEnd = (standing: Standing): boolean => standing === 'completed' || standing === 'failed';
