// What the views show. All of it is read by the code of the commands `clusters`, `list`, `show`, `dlq` and `doctor`.
import type { AckNode } from '../../adapters/ack/answers.ts';
import type { JobPage } from '../../adapters/ledger/job-index.ts';
import type { Ledger } from '../../adapters/ledger/ledger.ts';
import type { Finding } from '../../cli/doctor/findings.ts';
import { type ClusterStatus, clusterStatus } from '../../cli/jobs/cluster-status.ts';
import { type ExpiringLeases, expiringLeases } from '../../cli/jobs/expiring-leases.ts';
import { createNodeReader, type NodeReader } from '../../cli/jobs/node-reader.ts';
import { connectAck, connectJobIndex, connectLedger, connectTotals, connectWaits } from '../../cli/target/connect.ts';
import { countMessages, type MessageCounts } from '../../cli/target/count-messages.ts';
import { required } from '../../cli/target/target.ts';
import { describeError } from '../../cli/terminal/errors.ts';
import type { Cluster } from '../../domain/job/purchase.ts';
import { createMemo, createRefreshed } from './memo.ts';
import { type Place, refreshMs } from './place.ts';
import { createRecentJobs, dayMs, type RecentJobs } from './recent-jobs.ts';

/** Or why it cannot be read. */
export type Counts = MessageCounts | { readonly unknown: string };

/** What became of the messages of 24 hours besides jobs, or why it cannot be read. */
export type Counted =
  | { readonly received: number; readonly replayed: number; readonly ignored: number }
  | { readonly unknown: string };

/** The last 24 hours. */
export interface Recent extends RecentJobs {
  readonly counted: Counted;
}

export interface Snapshot {
  /** When the clusters were read: epoch milliseconds. */
  readonly at: number;
  readonly clusters: readonly ClusterStatus[];
  readonly queue: Counts;
  readonly deadLetters: Counts;
  /** Of the queue of what was not delivered, where there is one. */
  readonly undelivered: Counts | undefined;
}

export interface Health {
  readonly findings: readonly Finding[];
  readonly at: number;
  readonly tookMs: number;
}

export interface Readings {
  /** Whether there are so many clusters that lists are made from `recent`. */
  readonly isLarge: boolean;
  snapshot(): Promise<Snapshot>;
  /** Undefined while they are read for the first time. */
  recent(): Promise<Recent | undefined>;
  /** Those of all nodes that ACK lists, by cluster. */
  leases(): Promise<readonly ExpiringLeases[]>;
  /** The last run of the checks, and how many were begun. */
  health(): { readonly last: Health | undefined; readonly runs: number; readonly isRunning: boolean };
  /** Begins a run unless one is running. */
  check(): void;
  readonly ledger: Ledger;
  readonly index: ReturnType<typeof connectJobIndex>;
  readonly waits: ReturnType<typeof connectWaits>;
  /** With items that the last snapshot read. */
  readonly readLedger: Pick<Ledger, 'readCluster' | 'readClusters' | 'readJobs'>;
}

/** A page waits no longer than this for what is slow. */
const waitMs = 120;
/** With more clusters than this, what takes a question for each of them is asked less often. */
const fewClusters = 50;

export function createReadings({ target, config, deps }: Place): Readings {
  const { now } = deps;
  const everyMs = refreshMs({ target });
  const names = Object.keys(config.clusters);
  const isLarge = names.length > fewClusters;
  // The first page of very many clusters shows what is there.
  const waitOfOne = isLarge ? 0 : waitMs;
  const ledger = connectLedger(target);
  const index = connectJobIndex(target, now);
  const waits = connectWaits(target, now);

  const nodes = createMemo<readonly AckNode[]>({
    ageMs: isLarge ? 60_000 : everyMs,
    ...{ waitMs: waitOfOne, atOnce: 20, now },
  });
  const purchases = createMemo<JobPage>({ ageMs: 60_000, waitMs: waitOfOne, atOnce: 20, now });
  let connected: ReturnType<typeof connectAck> | undefined;
  const reader = createNodeReader((onClockSkew) => {
    connected ??= connectAck(target, 'ack-read', onClockSkew);
    return connected;
  }, now);
  const nodeReader: NodeReader = {
    read: (policy) => nodes(policy.id, policy.region, () => reader.read(policy)),
    ackNow: reader.ackNow,
  };

  let items: ReadonlyMap<string, Cluster> = new Map();
  const readLedger = {
    readCluster: async (name: string) => items.get(name) ?? ledger.readCluster(name),
    readClusters: async (some: readonly string[]) => (items.size > 0 ? items : ledger.readClusters(some)),
    readJobs: ledger.readJobs,
  };

  async function readSnapshot(): Promise<Snapshot> {
    const [read, queue, deadLetters, undelivered] = await Promise.all([
      ledger.readClusters(names),
      messagesIn(required(target, 'queueUrl')),
      messagesIn(required(target, 'deadLetterQueueUrl')),
      undeliveredQueueUrl === undefined ? undefined : messagesIn(undeliveredQueueUrl),
    ]);
    items = read;
    const at = now();
    const clusters = await Promise.all(
      Object.entries(config.clusters).map(([name, policy]) => {
        const lastPurchase = {
          list: (listing: Parameters<typeof index.list>[0], limit: number) =>
            purchases(name, items.get(name)?.ver, () => index.list(listing, limit)).catch(
              // Not known yet: nothing was found back to now.
              (): JobPage => ({ jobs: [], next: { at, cluster: name, key: '' } }),
            ),
        };
        return clusterStatus(name, policy, at, { ledger: readLedger, index: lastPurchase, nodes: nodeReader });
      }),
    );
    return { at, clusters, queue, deadLetters, undelivered };
  }

  const { undeliveredQueueUrl } = target;
  const messagesIn = (url: string): Promise<Counts> =>
    countMessages(target, url).catch((error: unknown) => ({ unknown: describeError(error) }));

  const snapshot = createRefreshed(readSnapshot, { everyMs, waitMs, now });
  const totals = connectTotals(target);
  const counts = createRefreshed(
    async (): Promise<Counted> => {
      const names = ['AlertsReceived', 'Replays', 'IgnoredMessages'] as const;
      const read = await totals(names, now() - dayMs, now());
      return { received: read.AlertsReceived, replayed: read.Replays, ignored: read.IgnoredMessages };
    },
    // CloudWatch takes money for each reading, and shows a value after a minute or two.
    { everyMs: target.engine ? everyMs : 60_000, waitMs, now },
  );
  const counted = (): Promise<Counted> => counts().catch((error: unknown) => ({ unknown: describeError(error) }));

  const readRecent = createRecentJobs(names, index, now);
  let latest: Recent | undefined;
  const recent = createRefreshed(
    async () => {
      const [jobs, done] = await Promise.all([readRecent(readLedger), counted()]);
      latest = { ...jobs, counted: done };
    },
    { everyMs: isLarge ? 60_000 : everyMs, waitMs, now },
  );

  let last: Health | undefined;
  let runs = 0;
  let isRunning = false;
  function check() {
    if (isRunning) return;
    isRunning = true;
    runs += 1;
    const startedAt = now();
    const run = async () => (await import('../../cli/doctor/check-all.ts')).checkAll(target, deps);
    void run()
      .catch((error: unknown): readonly Finding[] => [{ what: 'checks', status: 'fail', says: describeError(error) }])
      .then((findings) => {
        last = { findings, at: now(), tookMs: now() - startedAt };
        isRunning = false;
      });
  }

  // The browser opens a moment later, and finds them read.
  void snapshot()
    .then(recent)
    .catch(() => undefined);
  return {
    ...{ isLarge, snapshot },
    async recent() {
      const read = recent();
      if (latest) await read;
      else await Promise.race([read.catch(() => undefined), new Promise((go) => setTimeout(go, waitMs).unref())]);
      return latest;
    },
    leases: () =>
      Promise.all(
        Object.entries(config.clusters).map(([name, policy]) =>
          expiringLeases(name, policy, Number.POSITIVE_INFINITY, { ledger: readLedger, nodes: nodeReader }),
        ),
      ),
    health: () => ({ last, runs, isRunning }),
    check,
    ...{ ledger, index, waits, readLedger },
  };
}
