// How a small history may go on at a choice, and what that costs.
import type { Errand, Process } from './process.ts';

/** How many deviations from the plain course are left, of each kind and together. */
export interface Budget {
  readonly faults: number;
  readonly preemptions: number;
  readonly together: number;
}

export type Way =
  /** As planned. */
  | { readonly kind: 'plain' }
  | { readonly kind: 'fault'; readonly fault: string }
  | { readonly kind: 'suspend' }
  /** Somebody who was suspended goes on. */
  | { readonly kind: 'resume'; readonly process: number };

export const plain: Way = { kind: 'plain' };

/** One fault per way in which a purchase can end, as the protocol tells them apart. */
const purchaseFaults = [
  'connection-refused',
  'request-lost',
  'reset-after-executing',
  'executes-late',
  'quota-exceeded',
];
const writeFaults = ['not-applied', 'answer-lost', 'crash-after'];

/** The ways on at a process's next call, the plain one first. */
export function waysAt({ told }: Process, errand: Errand, { faults, preemptions }: Budget): readonly Way[] {
  // A process that has seen nothing yet may as well start later, and looks at ACK commute with everything but purchases.
  if (!told || errand.kind === 'look') return [plain];
  const possible = faults > 0 ? faultsAt(errand) : [];
  return [
    plain,
    ...possible.map((fault): Way => ({ kind: 'fault', fault })),
    ...(preemptions > 0 ? [{ kind: 'suspend' } as const] : []),
  ];
}

function faultsAt({ kind }: Errand): readonly string[] {
  switch (kind) {
    case 'purchase':
      return purchaseFaults;
    case 'write':
    case 'message':
      return writeFaults;
    case 'acknowledge':
      // Nothing follows an acknowledgement, so nothing can follow from its answer.
      return ['not-applied'];
    default:
      return [];
  }
}

export const isDeviation = ({ kind }: Way): boolean => kind === 'fault' || kind === 'suspend';

/** What is left once a way is taken: only deviations cost. */
export function afterPaying(left: Budget, way: Way): Budget {
  if (!isDeviation(way)) return left;
  const together = left.together - 1;
  const faults = Math.min(left.faults - (way.kind === 'fault' ? 1 : 0), together);
  const preemptions = Math.min(left.preemptions - (way.kind === 'suspend' ? 1 : 0), together);
  return { faults, preemptions, together };
}

/** Whether whoever has `more` may do all that whoever has `less` may do. */
export function covers(more: Budget, less: Budget): boolean {
  return more.faults >= less.faults && more.preemptions >= less.preemptions && more.together >= less.together;
}
