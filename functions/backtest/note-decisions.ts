// The decisions of a play, from what the functions log of them.
import { type Basis, type DeferralReason, type LimitName, limitNames } from '../domain/job/decision.ts';
import type { DecisionMade, Figures } from './result.ts';

/** @param shiftMs by which the simulated clock is ahead of what was recorded */
export function createNotes(minuteNow: () => number, shiftMs: number) {
  const shown = asRecorded(shiftMs);
  const decisions: DecisionMade[] = [];
  const heldBackBy: Record<LimitName, number> = { 'max-nodes': 0, 'max-per-day': 0, 'max-per-purchase': 0, budget: 0 };
  const waited: Partial<Record<DeferralReason, number>> = {};
  let source: unknown;
  let isVain = false;

  function addDecision(made: DecisionMade): void {
    const last = decisions.at(-1);
    if (last?.key === made.key && last.outcome === made.outcome && last.reason === made.reason && made.count === 0)
      decisions[decisions.length - 1] = { ...last, times: (last.times ?? 1) + 1 };
    else decisions.push(made);
  }

  return {
    decisions: decisions as readonly DecisionMade[],
    heldBackBy: heldBackBy as Figures['heldBackBy'],
    waited: waited as Figures['waited'],
    lastSource: () => source,
    /** Whether an alert asked in vain for lack of room since it was asked last. */
    takeVain(): boolean {
      const was = isVain;
      isVain = false;
      return was;
    },
    add(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
      // Only the functions write these lines, so their types are asserted.
      const line = fields as unknown as DecisionLine;
      const { reason } = line;
      if (!told.has(event)) return;
      const [key, why] = [shown(line.key ?? ''), shown(line.why ?? '')];
      const record = (outcome: DecisionMade['outcome'], count = 0, limit?: LimitName): void =>
        addDecision({
          ...{ minute: minuteNow(), outcome, count, says: why, key },
          ...(reason !== undefined && { reason }),
          ...(limit !== undefined && { limit }),
        });
      if (event === 'decided') {
        source = line.source;
        const limit = line.basis?.limit?.name;
        if (limit !== undefined) heldBackBy[limit] += 1;
        if (line.kind === 'defer' && reason !== undefined) countWait(waited, reason);
        record(outcomes[line.kind], line.count, limit);
      } else if (event === 'asked-in-vain') {
        const limit = limitNames.find((name) => name === reason);
        if (limit !== undefined) {
          heldBackBy[limit] += 1;
          isVain = limit !== 'max-per-purchase';
        }
        record('skipped', 0, limit);
      } else if (event === 'answered' && line.kind === 'rejected') {
        const last = decisions.at(-1);
        if (last?.key === key) decisions[decisions.length - 1] = { ...last, outcome: 'rejected', count: 0 };
      } else if (event === 'dead-lettered') {
        addDecision({
          ...{ minute: minuteNow(), outcome: 'dead-lettered', count: 0, says: why },
          ...{ key: '', reason: reason ?? '' },
        });
      }
    },
  };
}

/** Lines that are read here: most others are written once a minute. */
const told: ReadonlySet<string> = new Set(['decided', 'asked-in-vain', 'answered', 'dead-lettered']);

/** Instants in a text as they were recorded. */
function asRecorded(shiftMs: number): (text: string) => string {
  if (shiftMs === 0) return (text) => text;
  return (text) =>
    text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (at) => new Date(Date.parse(at) - shiftMs).toISOString());
}

interface DecisionLine {
  readonly key?: string;
  readonly kind: 'buy' | 'skip' | 'defer' | 'rejected';
  readonly source?: string;
  readonly reason?: string;
  readonly why?: string;
  readonly count?: number;
  readonly basis?: Basis;
}

const outcomes = { buy: 'bought', skip: 'skipped', defer: 'waited', rejected: 'rejected' } as const;

function countWait(waited: Partial<Record<DeferralReason, number>>, reason: string): void {
  const name = reason as DeferralReason;
  waited[name] = (waited[name] ?? 0) + 1;
}
