// Faults apply at four places of a request, so a request can have several. Each place takes the first matching fault.
import type { Fault } from './fault-schema.ts';
import type { Operation } from './routes.ts';

type FaultOf<K extends Fault['kind']> = Extract<Fault, { kind: K }>;

/** Before the gateway: the nonce is not used. */
type WireFault = (FaultOf<'drop'> & { when: 'before' }) | FaultOf<'late-execution'>;
/** At the gateway, before anything executes. */
export type RefusalFault = FaultOf<'throttle'> | (FaultOf<'error'> & { when: 'before' });
/** In ScaleOutCluster. */
export type PurchaseFault = FaultOf<'no-stock' | 'partial' | 'task-fails' | 'node-never-joins'>;
/** For a success on its way back. */
export type AnswerFault =
  | ((FaultOf<'drop'> | FaultOf<'error'>) & { when: 'after' })
  | FaultOf<'half-close' | 'truncate' | 'no-task-id'>;

export const isLatency = (fault: Fault): fault is FaultOf<'latency'> => fault.kind === 'latency';

export const isWireFault = (fault: Fault): fault is WireFault =>
  fault.kind === 'late-execution' || (fault.kind === 'drop' && fault.when === 'before');

export const isRefusalFault = (fault: Fault): fault is RefusalFault =>
  fault.kind === 'throttle' || (fault.kind === 'error' && fault.when === 'before');

export const isPurchaseFault = (fault: Fault): fault is PurchaseFault =>
  fault.kind === 'no-stock' ||
  fault.kind === 'partial' ||
  fault.kind === 'task-fails' ||
  fault.kind === 'node-never-joins';

export const isAnswerFault = (fault: Fault): fault is AnswerFault =>
  ((fault.kind === 'drop' || fault.kind === 'error') && fault.when === 'after') ||
  fault.kind === 'half-close' ||
  fault.kind === 'truncate' ||
  fault.kind === 'no-task-id';

/** A read of an unknown task has no cluster. */
type FaultScope = { readonly operation: Operation; readonly clusterId: string | undefined };

export type Faults = ReturnType<typeof createFaults>;

export function createFaults() {
  let set: { fault: Fault; left: number }[] = [];

  const concerns = (fault: Fault, scope: FaultScope) => {
    const operation = 'operation' in fault ? fault.operation : 'ScaleOutCluster';
    if (operation !== 'any' && operation !== scope.operation) return false;
    return fault.clusterId === undefined || fault.clusterId === scope.clusterId;
  };

  return {
    add(fault: Fault) {
      set.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    clear() {
      set = [];
    },
    /** The active faults, with their remaining times. */
    list: (): readonly Fault[] =>
      set.map(({ fault, left }) => (Number.isFinite(left) ? { ...fault, times: left } : fault)),
    /** The first matching fault of a place. */
    take<F extends Fault>(isHere: (fault: Fault) => fault is F, scope: FaultScope): F | undefined {
      for (const entry of set) {
        const { fault } = entry;
        if (!isHere(fault) || !concerns(fault, scope)) continue;
        entry.left -= 1;
        if (entry.left === 0) set = set.filter((other) => other !== entry);
        return fault;
      }
      return undefined;
    },
  };
}
