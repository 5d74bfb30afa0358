// A process of the simulated world: the calls that it waits for, and all that it was told so far. What it does next depends
// on nothing else, so that a process that is told the same again is the same process.
import { hash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { Config } from '../../functions/domain/config/types.ts';
import type { CallKind, Fault } from './faults.ts';

export interface Process {
  readonly id: number;
  readonly role: string;
  /** With which it was deployed. */
  readonly config: Config;
  /** Milliseconds by which its clock is ahead. */
  skewMs: number;
  /** The most by which it was ahead so far: it may have decided by that. */
  mostSkewMs: number;
  /** By the world's clock. */
  readonly startedAt: number;
  /** From then on it is stopped at its next call, as Lambda stops what runs for too long. */
  readonly stopsAt: number;
  /** The same by its own clock, as it was when it began. */
  readonly deadline: number;
  readonly waiting: Call[];
  alive: boolean;
  /** The last answer; undefined before the first one. */
  told: Told | undefined;
}

/** What a call to the outside is about. */
export interface Errand {
  readonly kind: CallKind;
  readonly label: string;
}

/** One call to the outside that a process waits for. */
export interface Call extends Errand {
  readonly process: Process;
  /** Does it, with a fault or without. */
  readonly run: (fault: Fault | undefined) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** An answer or an error, and all that came before it. */
export interface Told {
  readonly before: Told | undefined;
  /** When it was told, epoch milliseconds. */
  readonly at: number;
  readonly value: unknown;
  readonly thrown: boolean;
  digest?: string;
}

export function tell({ resolve, reject }: Call, { value, thrown }: Told): void {
  if (thrown) reject(value);
  else resolve(value);
}

/** Everything from the first answer to this one. */
export function allTold(last: Told | undefined): readonly Told[] {
  const all: Told[] = [];
  for (let one = last; one; one = one.before) all.push(one);
  return all.reverse();
}

/** Whether a call of it failed, so that it need not know what it has done. */
export function wasDisturbed({ told }: Process): boolean {
  return allTold(told).some(({ thrown, value }) => thrown && !(value instanceof ConditionalCheckFailedException));
}

/** Differs where any answer so far differs, errors by their names. Histories share most of what is told, and its digests. */
export function digestOf(told: Told | undefined): string {
  if (!told) return '';
  const { thrown, value } = told;
  const said = thrown ? `thrown ${value instanceof Error ? value.name : ''}` : value;
  told.digest ??= hash('sha1', digestOf(told.before) + JSON.stringify(said ?? null));
  return told.digest;
}
