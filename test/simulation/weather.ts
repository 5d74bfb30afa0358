// What the storm of a history is made of: how often calls fail, how long waits are, and what else happens in it.
import type { Random } from './random.ts';

export interface Weather {
  /** Chance of a fault at a purchase, and at any other call. */
  readonly purchaseFaults: number;
  readonly otherFaults: number;
  /** Of every two faults at purchases, one is one of these. */
  readonly favourites?: readonly string[];
  /** Chance that a process freezes instead of making its next call: half of it before a read, three times before a write. */
  readonly freezes: number;
  /** Nobody else freezes. */
  readonly freezeOnly?: 'handler';
  /** How long it lasts, in moments per message. */
  readonly moments: number;
  /** Percent of the outer events up to which a message is delivered, one arrives, a frozen process goes on, a visit comes. */
  readonly events?: readonly [deliver: number, arrive: number, wake: number, visit: number];
  /** Waits to choose from, in milliseconds. */
  readonly waits: readonly number[];
  /** Alarms and alerts stand, and ask again by other values. */
  readonly stands?: true;
  /** Chance that a message comes twice: a standard queue delivers at least once. */
  readonly repeats?: number;
  /** How long a task takes, if not as short as possible: following tasks is not what histories should be spent on. */
  readonly taskMinutes?: number;
}

const minute = 60_000;

export const usual: Weather = {
  purchaseFaults: 0.4,
  otherFaults: 0.06,
  freezes: 0.01,
  moments: 12,
  // Short waits let delays run out; long ones leave whoever waits for an answer with an old one.
  waits: [10, 1000, 6000, 40_000, 150_000, 400_000, 20 * minute, 40 * minute],
};

/** One or two jobs whose answers get lost, over hours: where doubt, fence, rearm and late wakers meet. */
export const doubtful: Weather = {
  purchaseFaults: 0.9,
  otherFaults: 0.02,
  freezes: 0.04,
  moments: 55,
  waits: [10, 6000, 30_000, 130_000, 400_000, 8 * minute, 20 * minute, 36 * minute],
};

/** One job whose sender falls asleep with its answer, until others have given it up and sent again. */
const drowsy: Weather = {
  purchaseFaults: 0.9,
  otherFaults: 0.01,
  freezes: 0.15,
  freezeOnly: 'handler',
  moments: 60,
  waits: [10, 130_000, 20 * minute, 36 * minute],
};

/** Tasks of hours: a verdict is forgotten before its nodes come, while another job's sender sleeps over what he decided. */
export const forgetful: Weather = {
  purchaseFaults: 0.05,
  otherFaults: 0.1,
  freezes: 0.2,
  freezeOnly: 'handler',
  moments: 60,
  // Visits come often and messages seldom, so that sleepers wake between a visit and the next try of their job.
  events: [10, 40, 50, 75],
  waits: [10, 70 * minute],
  taskMinutes: 180,
};

/** Nodes do not come, so that cooldowns become longer, while the sender of another purchase sleeps over its answer. */
export const scarce: Weather = {
  purchaseFaults: 0.6,
  otherFaults: 0.02,
  favourites: ['task-fails', 'partial'],
  freezes: 0.06,
  freezeOnly: 'handler',
  moments: 24,
  events: [25, 40, 44, 76],
  waits: [10, 20_000, 130_000, 130_000],
};

/** A doubt that several visitors end at once, each in its own way. */
export const crowded: Weather = {
  purchaseFaults: 1,
  otherFaults: 0.06,
  favourites: ['request-lost', 'executes-late', 'reset-after-executing'],
  freezes: 0.02,
  moments: 30,
  events: [15, 30, 36, 75],
  waits: [10, 10, 20 * minute, 36 * minute],
};

/** Load that goes on while nodes come, and rises and falls. */
export const standing: Weather = {
  purchaseFaults: 0.2,
  otherFaults: 0.03,
  freezes: 0.01,
  moments: 150,
  stands: true,
  waits: [20_000, 2 * minute, 2 * minute, 5 * minute],
  taskMinutes: 6,
};

/** The same, where requests get lost: what asks again is in doubt, and its alert may be over before it is sent again. */
export const standingInDoubt: Weather = {
  ...standing,
  purchaseFaults: 0.8,
  favourites: ['request-lost'],
  waits: [20_000, 2 * minute, 5 * minute, 36 * minute],
};

/** The same, where purchases are rejected, and the word that asked comes twice. */
export const standingSoldOut: Weather = {
  ...standing,
  purchaseFaults: 0.6,
  favourites: ['no-stock'],
  repeats: 0.3,
};

export const drawWeather = (random: Random): Weather =>
  random.pick([
    ...[usual, usual, usual, usual, usual, usual, usual],
    ...[doubtful, doubtful, doubtful, drowsy, forgetful, scarce, crowded, standing],
  ]);

/** What happens in a few histories only, each by chance of its own. */
export interface Events {
  /** People pause clusters and resume them. */
  readonly pauses: boolean;
  /** Calls take long, and processes are stopped when their time is over. */
  readonly deadlines: boolean;
  /** Clocks jump within A2. */
  readonly jumps: boolean;
  /** Some clocks are further off than A2 allows, which is measured. */
  readonly wrongClocks: boolean;
  /** The gateway often does not say what time it is. */
  readonly dateless: boolean;
  /** Alarms recover, go off anew, are muted and suppressed. */
  readonly alarms: boolean;
  /** Alertmanager sends groups of alerts, which recover, fire anew and are told of again. */
  readonly groups: boolean;
  /** Notes are lost: those of waits at any moment, those of recoveries once their time is over. Else no job that waits leaves one. */
  readonly notes: boolean;
}

export function drawEvents(random: Random, { stands }: Weather): Events {
  const wrongClocks = random.chance(0.05);
  return {
    pauses: random.chance(0.12),
    deadlines: random.chance(0.15),
    jumps: random.chance(0.12),
    wrongClocks,
    dateless: random.chance(wrongClocks ? 0.5 : 0.01),
    alarms: random.chance(0.25) || stands === true,
    groups: random.chance(0.25) || stands === true,
    notes: random.chance(0.2),
  };
}
