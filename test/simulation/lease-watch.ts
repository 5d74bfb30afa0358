// Which nodes a decision need not count as their lease is over, and which it must not: told from what the service showed to whom, and
// when, and from what the ledger remembers of it.
import type { Cluster } from '../../functions/domain/job/purchase.ts';
import { timings } from '../../functions/domain/timings.ts';
import type { Process } from './process.ts';
import type { Service } from './service.ts';

/** As far as two measured clocks may be apart, each from the gateway's, and a little for the reading. */
const toleranceMs = 2 * timings.maxClockSkewMs + 60_000;

/** A lease that is over, of a node that is not Ready. */
const nameOf = (id: string, endedAt: number): string => `${id} ${endedAt}`;

/** What the last reading of a process allows, and asks for. */
interface Reading {
  /** Ids of nodes that need not count. */
  readonly may: ReadonlySet<string>;
  /** How many must not. */
  readonly must: number;
  /** Which reading of all it is. */
  readonly nth: number;
}

export function createLeaseWatch(service: Service, now: () => number) {
  /** When it was shown first, by the world's clock. */
  const shown = new Map<string, number>();
  /** By cluster, since when the ledger remembers it. */
  const remembered = new Map<string, ReadonlyMap<string, number>>();
  const readings = new WeakMap<Process, Map<string, Reading>>();
  /** By what is decided, the reading that it rests on: its write may come late, after further readings. */
  const restsOn = new Map<string, Reading | undefined>();
  /** By cluster, how many readings there were when what is remembered was written last. */
  const writtenAfter = new Map<string, number>();
  let count = 0;
  /** By cluster, nodes that did not have to count for some purchase. */
  const excused = new Map<string, Set<string>>();

  const readingOf = (process: Process, name: string): Reading | undefined => {
    const { worker } = process.config.clusters[name] ?? {};
    return worker?.worker_auto_renew ? undefined : readings.get(process)?.get(name);
  };

  return {
    /** That a process was shown the nodes of a cluster. @param at by the gateway's clock */
    read(process: Process, name: string, id: string, at: number) {
      const lapsed = service
        .nodesOf(id)
        .filter(({ status, expiresAt }) => status !== 'Ready' && expiresAt <= at)
        .map(({ instanceId, expiresAt }) => ({ instanceId, as: nameOf(instanceId, expiresAt) }));
      for (const { as } of lapsed) if (!shown.has(as)) shown.set(as, now());
      const agoMs = (since: number | undefined): number => now() - (since ?? now());
      const may = lapsed.filter(({ as }) => agoMs(shown.get(as)) >= timings.lapsedAfterMs - toleranceMs);
      const must = lapsed.filter(({ as }) => {
        const since = remembered.get(name)?.get(as) ?? Number.POSITIVE_INFINITY;
        return since < process.startedAt && agoMs(since) >= timings.lapsedAfterMs + toleranceMs;
      });
      const its = readings.get(process) ?? new Map<string, Reading>();
      count += 1;
      const reading = { may: new Set(may.map(({ instanceId }) => instanceId)), must: must.length, nth: count };
      readings.set(process, its.set(name, reading));
    },
    /** That the item of a cluster was written. @returns what is wrong with what it remembers by now */
    written(process: Process, name: string, was: Cluster | undefined, { leases }: Cluster): string | undefined {
      if (!leases || leases === was?.leases) return undefined;
      const { nth = 0 } = readings.get(process)?.get(name) ?? {};
      const isOlder = nth <= (writtenAfter.get(name) ?? 0);
      writtenAfter.set(name, count);
      const before = remembered.get(name);
      const all = leases.lapsed.map(({ id, endedAt }) => nameOf(id, endedAt));
      remembered.set(name, new Map(all.map((as) => [as, before?.get(as) ?? now()])));
      return isOlder ? `leases of ${name} are remembered by an older reading than those before` : undefined;
    },
    /** That a process is about to write what it has decided, by its config and its last reading. @param id of the decision */
    decides(process: Process, name: string, id: string) {
      restsOn.set(id, readingOf(process, name));
    },
    /** How many nodes need not count for a purchase. */
    mayLeaveOut(name: string, id: string): number {
      const may = restsOn.get(id)?.may ?? new Set();
      excused.set(name, new Set([...(excused.get(name) ?? []), ...may]));
      return may.size;
    },
    /** How many nodes must not count for a skip. */
    mustLeaveOut: (id: string): number => restsOn.get(id)?.must ?? 0,
    /** How many nodes did not have to count for some purchase. */
    leftOutOf: (name: string): number => excused.get(name)?.size ?? 0,
  };
}
