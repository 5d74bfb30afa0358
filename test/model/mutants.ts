// Each mistake, and the configuration that must find it. The harmless ones show which conditions have a second one behind
// them: a change that makes one of them harmful is worth a look.
import type { MutantName } from './mutant-names.ts';
import { defaults, type Options } from './options.ts';

interface Mutant {
  readonly name: MutantName;
  readonly options: Options;
  /** Part of the short form, which a jest test runs. */
  readonly quick?: true;
}

interface HarmlessMutant extends Mutant {
  /** What keeps it from doing harm. */
  readonly because: string;
}

const one = {};
const two = { jobs: 2 } as const;
const rearm = { rearm: true } as const;
const paused = { ...rearm, pause: true } as const;
const followed = { follow: true } as const;
const beside = { jobs: 2, settledBefore: true, follow: true } as const;

function mutant(name: MutantName, options: Partial<Options>, quick?: true): Mutant {
  return { name, options: { ...defaults, ...options, mutant: name }, ...(quick && { quick }) };
}

function harmless(name: MutantName, options: Partial<Options>, because: string): HarmlessMutant {
  return { ...mutant(name, options), because };
}

export const mutants: readonly Mutant[] = [
  mutant('job read before cluster', one, true),
  mutant('ARM without version', one, true),
  mutant('slot check instead of version', one),
  mutant('slot claimed by key', one),
  mutant('send again when the lease is over', one),
  mutant('sends although ARM was refused', one),
  mutant('send again on a timeout', one),
  mutant('free the slot on a doubt', one, true),
  mutant('acknowledge on receipt', one),
  mutant('acknowledge while sending', one),
  mutant('acknowledge while another job holds the slot', two),
  mutant('UNSENT in any phase', one),
  mutant('UNSENT on any attempt', rearm),
  mutant('UNSENT without refund', one),
  mutant('refund on doubt', one),
  mutant('SETTLE without nonce', two),
  mutant('SETTLE by job', rearm),
  mutant('SETTLE without verdict', one),
  mutant('SETTLE without its condition on the cooldown', beside),
  mutant('COPY before SETTLE', rearm),
  mutant('COPY without condition', followed),
  mutant('COPY does not replace a skip', one, true),
  mutant('SKIP without condition', one),
  mutant('REARM before the fence', rearm, true),
  mutant('fence without the lag of the list', rearm),
  mutant('fence without the tolerance of the clocks', { ...rearm, tolerance: true }),
  mutant('REARM without nonce and version', { ...two, ...rearm }),
  mutant('REARM without version', { ...beside, ...rearm }),
  mutant('REARM of a parked slot', { ...rearm, foreign: 'evidence' }, true),
  mutant('REARM while paused', paused, true),
  mutant('REARM by nonce and phase alone', paused),
  mutant('REARM by the narrow look', { ...rearm, disguised: true }),
  mutant('list read before the cluster', rearm),
  mutant('one empty listing is enough', { ...rearm, incomplete: true }),
  mutant('abandon before the fence', one),
  mutant('gateway takes any date', rearm),
  mutant('adopt a settled task', two),
  mutant('adopt in a cluster that others scale', { exclusive: false, foreign: 'like ours' }),
  mutant('FORGET before copy', one),
  mutant('FORGET of young verdicts', two),
  mutant('FORGET beside a slot', two),
  mutant('FORGET keeps the version', two),
  mutant('FOLLOW replaces an end', followed, true),
  mutant('SHRINK without version', beside, true),
  mutant('SHRINK keeps the version', beside),
  mutant('SHRINK over a moved cooldown', beside),
  mutant('FOLLOW while a purchase is being sent', beside),
  mutant('SHRINK not done after a refused FOLLOW', followed, true),
  mutant('SHRINK counts another end than the record', followed),
  mutant('PAUSE without version', { pause: true }, true),
];

export const harmlessMutants: readonly HarmlessMutant[] = [
  harmless('gives up when ARM is not answered', rearm, 'the lease ends'),
  harmless('UNSENT refused and not marked', rearm, 'the lease ends, and a visit does the MARK'),
  harmless('MARK in any phase', rearm, 'evidence is looked for once more'),
  harmless('REARM in any phase', rearm, 'a nonce never goes back to sending'),
  harmless('REARM without nonce', rearm, 'the version moves whenever the slot changes hands'),
  harmless(
    'REARM keeps the version',
    paused,
    'SETTLE asks for the cooldown that it read, and UNSENT for the first attempt',
  ),
  harmless('REARM without its condition on pause', paused, 'PAUSE moves the version'),
  harmless('RESUME without version', { pause: true }, 'a paused cluster buys nothing'),
];
