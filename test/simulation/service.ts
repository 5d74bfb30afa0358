// The simulated ACK of a world. Reads change nothing in it, so it is what was done to it: done again, each deed at its time,
// they make the same service.

import { type AckCore, type AckCoreOptions, createAckCore } from '../../functions/backtest/world/ack/core.ts';
import type { SimAnswer, SimRequest } from '../../functions/backtest/world/ack/messages.ts';
import type { RawAnswer } from '../../functions/domain/ack/classify-response.ts';
import { timings } from '../../functions/domain/timings.ts';
import { type Fault, purchaseFaults } from './faults.ts';

/** The time of a world, epoch milliseconds. */
export interface Clock {
  time: number;
}

/** What changed the service, or may have. */
export interface Deed {
  readonly at: number;
  readonly to: (core: AckCore) => unknown;
}

export type Service = ReturnType<typeof createService>;

/** @param done what was done to an earlier one of which this is the copy */
export function createService(options: AckCoreOptions, clock: Clock, done: readonly Deed[]) {
  const core = createAckCore(options);
  const deeds = [...done];
  const present = clock.time;
  for (const { at, to } of done) {
    clock.time = at;
    to(core);
  }
  clock.time = present;

  /** For so long the gateway takes a request. */
  const lastMs = ({ headers }: SimRequest): number =>
    Math.max(0, Date.parse(headers['x-acs-date'] ?? '') + timings.dateWindowMs - options.now());

  function act<T>(to: (core: AckCore) => T): T {
    deeds.push({ at: clock.time, to });
    return to(core);
  }

  return {
    deeds,
    purchases: () => core.purchases(),
    look: (request: SimRequest, fault?: Fault): RawAnswer => spoil(asRaw(core.handle(request)), fault),
    /** The tasks that the list shows now. */
    listed: (clusterId: string) => core.listedTasksOf(clusterId),
    /** The operation that buys, with a fault on its way or without. Silence lasts until the client gives up. */
    buy(request: SimRequest, fault: Fault | undefined): RawAnswer {
      const [forced, ...set] =
        fault === undefined ? [] : (purchaseFaults[fault]?.(options.random, lastMs(request)) ?? []);
      if (forced !== undefined && forced !== 'core') return forced;
      const answer = act((its) => {
        for (const one of set) its.setFault({ ...one, times: 1 });
        const given = its.handle(request);
        its.clearFaults();
        return given;
      });
      if (answer.delivery.kind === 'silence') clock.time += timings.requestTimeoutMs;
      return asRaw(answer);
    },
    /** The task of the next purchase brings no node. */
    failNext: () => act((its) => its.setFault({ kind: 'task-fails', code: 'NoStock', message: 'simulated', times: 1 })),
    /** The nodes that have booted, as they are now. */
    nodesOf: (clusterId: string) => core.nodesOf(clusterId),
    /** Another end of a node's lease, and of its being Ready. */
    setLease: (clusterId: string, instanceId: string, expiresAt: number, stopsAt = expiresAt) =>
      act((its) => its.setLease(clusterId, instanceId, expiresAt, stopsAt)),
    /** A person buys. */
    buyInConsole: (clusterId: string, count: number) => act((its) => its.consoleScaleOut(clusterId, count)),
  };
}

/** An answer that never came. */
export const failure = (code: string): RawAnswer => ({ kind: 'failure', code, connected: true, message: 'simulated' });

/** What can be wrong with an answer to a read, other than that it does not come. */
function spoil(answer: RawAnswer, fault: Fault | undefined): RawAnswer {
  if (fault === undefined || answer.kind === 'failure') return answer;
  const { headers, body } = answer;
  switch (fault) {
    case 'unreadable':
      return { ...answer, body: '<html>' };
    case 'no-date-header':
      return { ...answer, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'date')) };
    case 'dates-without-time':
      return { ...answer, body: body.replaceAll(/("created":"\d{4}-\d\d-\d\d)T[^"]*"/g, '$1"') };
    default:
      return failure('ETIMEDOUT');
  }
}

function asRaw({ status, headers, body, delivery }: SimAnswer): RawAnswer {
  return delivery.kind === 'answer'
    ? { kind: 'answer', status, headers, body }
    : failure(delivery.kind === 'reset' ? 'ECONNRESET' : 'ETIMEDOUT');
}
