// What is noticed while a history runs, whatever its ledger says afterwards: who armed each nonce, requests that should not
// have left, writes that should not have been made, and secrets where they do not belong.
import type { Log } from '../../functions/adapters/telemetry/log.ts';
import type { MemoryTable } from '../../functions/backtest/world/memory-table.ts';
import { defaults } from '../../functions/domain/config/defaults.ts';
import type { Cluster, JobRecord, Verdict } from '../../functions/domain/job/purchase.ts';
import type { Recovery } from '../../functions/domain/job/recovery.ts';
import type { ScaleJob, Source } from '../../functions/domain/job/scale-job.ts';
import { timings } from '../../functions/domain/timings.ts';
import { askProblem } from './asks.ts';
import { mostWrongMs } from './clocks.ts';
import type { CloudWatch } from './cloudwatch.ts';
import { armProblem, clusterProblem, ownerOf, rearmProblem } from './cluster-writes.ts';
import { jobProblem } from './job-writes.ts';
import { createLeaseWatch } from './lease-watch.ts';
import { type Process, wasDisturbed } from './process.ts';
import { holdsSecret } from './secrets.ts';
import type { Service } from './service.ts';

/** Who armed a nonce, learned from the table after each write. */
export interface Owner {
  readonly key: string;
  readonly cluster: string;
  readonly window: string;
  readonly month: string;
  readonly signedAt: number;
  /** Id of the process that armed it. */
  readonly by: number;
}

/** The most that was counted for a cluster. */
export interface Peak {
  readonly used: number;
  readonly spent: number;
}

/** What was noticed up to a moment. */
export interface Seen {
  readonly owners: ReadonlyMap<string, Owner>;
  readonly listings: ReadonlyMap<string, number>;
  readonly peaks: ReadonlyMap<string, Peak>;
  readonly records: ReadonlyMap<string, number>;
  readonly alarms: readonly string[];
}

export type Watch = ReturnType<typeof createWatch>;

export interface Watched {
  readonly table: MemoryTable;
  readonly service: Service;
  readonly cloudwatch: CloudWatch;
  readonly now: () => number;
  readonly gatewaySkewMs: number;
  readonly initialNodes: number;
  /** Jobs that a person settled with a wrong task, and the right one. */
  readonly mistaken: ReadonlyMap<string, string>;
}

interface Written {
  readonly Item?: JobRecord;
  readonly Key?: { readonly pk: string };
  readonly ExpressionAttributeValues?: {
    readonly ':purchase'?: { readonly key: string; readonly nonce: string };
    readonly ':next'?: unknown;
  };
  readonly UpdateExpression?: string;
}

/** What executed is in the task list so long after its signature, by the clock that the gateway goes by (A1, A4). */
const shownMs = timings.dateWindowMs + timings.listLagMs;

const skipId = ({ id }: Process, { key, at }: Pick<JobRecord, 'key' | 'at'>): string => `${id} ${at} ${key}`;

/** A conflict has the key of another job. */
const needOf = ({ key, payload }: { readonly key: string; readonly payload: string }): string => `${key} ${payload}`;

const isOverBy = (reason: unknown): boolean => reason === 'recovered' || reason === 'stale';

const clusterKey = 'CLUSTER#';
const jobKey = 'JOB#';

export function createWatch(watched: Watched, before?: Seen) {
  const { table, now, gatewaySkewMs } = watched;
  const leases = createLeaseWatch(watched.service, now);
  const owners = new Map(before?.owners);
  /** Task listings that must have shown what became of a nonce. */
  const listings = new Map(before?.listings);
  const peaks = new Map(before?.peaks);
  /** When each job got its first record, by the world's clock. */
  const records = new Map(before?.records);
  const alarms = [...(before?.alarms ?? [])];
  const covering = new Map<string, number>();
  /** When each job was armed or skipped last, by the world's clock. */
  const decisions = new Map<string, number>();
  /** Recoveries that are written, in that order. */
  const recoveries: (Recovery & { readonly writtenAt: number })[] = [];
  const hasEnded = ({ cluster, source, alert, occurredAt }: ScaleJob, at: number): boolean =>
    recoveries.some(
      (one) =>
        one.alert === alert &&
        one.cluster === cluster &&
        one.source === source &&
        one.endedAt > occurredAt &&
        one.writtenAt < at,
    );
  /** What each process has looked at. */
  const looks = new WeakMap<Process, Set<string>>();
  /** When each alert asked again and bought nothing, last. */
  const inVain = new Map<string, number>();
  /** When each job whose task failed was no longer on its way, by the world's clock. */
  const fallen = new Map<string, number>();
  /** When messages told of each job, by the world's clock: each for the first time. */
  const tellings = new Map<string, number[]>();
  const recordOf = (key: string) => table.items.get(`${jobKey}${key}`) as JobRecord | undefined;
  const hasFailed = (key: string): boolean => recordOf(key)?.progress?.state === 'failed';
  const outcomeOf = (key: string): Verdict | JobRecord | undefined => {
    const clusters = [...table.items].flatMap(([pk, item]) => (pk.startsWith(clusterKey) ? [item] : []));
    return recordOf(key) ?? clusters.map((item) => (item as unknown as Cluster).done[key]).find((verdict) => verdict);
  };
  /** Jobs in messages that each process received after they had waited. */
  const heldBack = new WeakMap<Process, ReadonlySet<string>>();
  /** Jobs that are known, by what they ask for under which key. */
  const needs = new Map<string, ScaleJob>();
  const warn = (problem: string | undefined): void => {
    if (problem !== undefined) alarms.push(problem);
  };
  const clockOf = ({ skewMs }: Process): number => now() + skewMs;
  /** Whether a visit begins nothing new any more, by the clock of its process. */
  const isOver = (process: Process): boolean =>
    process.alive && clockOf(process) >= process.deadline - timings.jobTimeMs;

  function clusterWritten(process: Process, name: string, was: Cluster | undefined, is: Cluster): void {
    const peak = peaks.get(name) ?? { used: 0, spent: 0 };
    if (is.used > peak.used || is.spent > peak.spent)
      peaks.set(name, { used: Math.max(peak.used, is.used), spent: Math.max(peak.spent, is.spent) });
    const { purchase } = is;
    warn(leases.written(process, name, was, is));
    for (const key of Object.keys(was?.pending ?? {})) if (!is.pending[key] && hasFailed(key)) fallen.set(key, now());
    if (was)
      warn(
        clusterProblem(was, is, {
          name,
          clock: clockOf(process),
          owner: owners.get(purchase?.nonce ?? ''),
          by: process.id,
        }),
      );
    if (!purchase || owners.has(purchase.nonce)) return;
    const [base = '', ask] = purchase.key.split('/again/');
    // What asks again is decided as well, and so is what else of its message is over.
    decisions.set(base, now());
    const need = needs.get(needOf({ ...purchase, key: base }));
    if (ask !== undefined && need && purchase.attempt === 1)
      warn(
        askProblem(Number(ask), need, was, process, {
          ...watched,
          outcomeOf,
          stoodAt: purchase.story.occurredAt,
          told: tellings.get(base) ?? [],
        }),
      );
    if (need && hasEnded(need, process.startedAt))
      warn(`${purchase.key} was bought although its alert had recovered before its process began`);
    if (!need) warn(`${purchase.key} was bought, and nobody ever asked for it`);
    const { alarmArn, wentOffAt = 0, validUntil = Number.POSITIVE_INFINITY } = need ?? {};
    const stoodAt = process.startedAt + gatewaySkewMs;
    if (stoodAt - mostWrongMs > validUntil) warn(`${purchase.key} was bought after the time until which it is needed`);
    const isAsked = purchase.attempt > 1 || heldBack.get(process)?.has(purchase.key);
    if (isAsked && alarmArn !== undefined && !watched.cloudwatch.stoodAt(alarmArn, wentOffAt, stoodAt))
      warn(
        `${purchase.key} was ${purchase.attempt > 1 ? 'armed again' : 'bought after it waited'} although its alarm had recovered before its process began`,
      );
    warn(armProblem(name, is, process, watched, leases.mayLeaveOut(name, purchase.nonce)));
    const earlier = was?.purchase && owners.get(was.purchase.nonce);
    if (was && purchase.attempt > 1) {
      const sinceMs = now() + gatewaySkewMs - (earlier?.signedAt ?? 0);
      warn(
        rearmProblem(was, {
          key: purchase.key,
          sinceMs,
          shownMs,
          listings: listings.get(was.purchase?.nonce ?? '') ?? 0,
        }),
      );
    }
    owners.set(purchase.nonce, ownerOf(name, is, purchase, process.id));
  }

  function guard(where: string, value: unknown): void {
    if (holdsSecret(value)) alarms.push(`a secret is in ${where}`);
  }

  /** No send without a slot that was written less than five seconds before, by a clock that agrees with the gateway's. */
  function checkSend(process: Process, headers: Readonly<Record<string, string>>): void {
    const nonce = headers['x-acs-signature-nonce'] ?? '';
    const owner = owners.get(nonce);
    // What was killed as it was answered comes to its next call, which never happens.
    if (!process.alive) return;
    if (!owner) alarms.push(`a request left with nonce ${nonce}, which no slot ever held`);
    else if (clockOf(process) - owner.signedAt >= timings.sendWithinMs)
      alarms.push(`a request left ${clockOf(process) - owner.signedAt} ms after its slot was written`);
    else if (process.config.clusters[owner.cluster]?.dryRun)
      alarms.push(`a request left in a dry run of ${owner.cluster}`);
    if (Math.abs(gatewaySkewMs - process.skewMs) > timings.maxClockSkewMs + 1000)
      alarms.push('a request left although the clocks differ by more than 60 s');
  }

  const log: Log = {
    info: (event, fields) => {
      guard(`the log line ${event}`, fields);
      // What an alert asks again is a decision about it, too.
      const [key = ''] = String(fields?.['key']).split('/again/');
      if (event === 'asked-in-vain') for (const when of [inVain, covering, decisions]) when.set(key, now());
      if (event === 'decided' && !isOverBy(fields?.['reason'])) covering.set(key, now());
    },
    warn: (event, fields) => guard(`the log line ${event}`, fields),
    error: (event, fields) => {
      guard(`the log line ${event}`, fields);
      // The sender knows the right task.
      if (event === 'late-verdict' && !watched.mistaken.has(String(fields?.['key'])))
        alarms.push('a verdict found neither its slot nor its outcome');
    },
  };

  const seen = (): Seen => ({
    owners: new Map(owners),
    listings: new Map(listings),
    peaks: new Map(peaks),
    records: new Map(records),
    alarms: [...alarms],
  });

  return {
    owners,
    alarms,
    askedInVainAt: (key: string): number | undefined => inVain.get(key),
    /** When somebody decided it last, for another reason than that it is over: then it covers others of its message. */
    coversSince: (key: string): number | undefined => covering.get(key),
    decidedAt: (key: string): number | undefined => decisions.get(key),
    /** Since when it is known that the task of its purchase failed: from then on it covers nobody. */
    failedSince: (key: string): number | undefined => (hasFailed(key) ? fallen.get(key) : undefined),
    /** Whether the alert of a job has recovered, or is stale by the clock of some process. */
    isOver(key: string): boolean {
      const job = needs.get(needOf({ key, payload: 'breach' }));
      if (!job) return false;
      const age = now() + gatewaySkewMs - job.occurredAt;
      return hasEnded(job, Number.POSITIVE_INFINITY) || age > defaults.cluster.staleAfterMinutes * 60_000 - mostWrongMs;
    },
    hasRecovery: ({ alert, cluster, endedAt }: Recovery): boolean =>
      recoveries.some((one) => one.alert === alert && one.cluster === cluster && one.endedAt === endedAt),
    /** That a note is written: perhaps of recoveries. */
    recovered({ input }: { readonly input: unknown }) {
      const { Item } = input as { readonly Item: { readonly pk: string; readonly ended: readonly Recovery[] } };
      const [kind, source, cluster = ''] = Item.pk.split('#');
      if (kind !== 'RECOVERED') return;
      for (const { alert, endedAt } of Item.ended)
        recoveries.push({ source: source as Source, cluster, alert, endedAt, writtenAt: now() });
    },
    /** That there is such a job. */
    know(job: ScaleJob) {
      needs.set(needOf(job), job);
    },
    jobs: (): readonly ScaleJob[] => [...needs.values()],
    /** That a message told of it. */
    told(key: string) {
      tellings.set(key, [...(tellings.get(key) ?? []), now()]);
    },
    /** That a process received jobs that had waited. */
    heldBack(process: Process, keys: readonly string[]) {
      heldBack.set(process, new Set(keys));
    },
    seen,
    guard,
    checkSend,
    log,
    /** Carries a write out and looks at what it changed. @throws what the write throws */
    written<T>(process: Process, pk: string, write: () => T): T {
      const was = table.items.get(pk);
      const answer = write();
      const is = table.items.get(pk);
      if (is && pk.startsWith(clusterKey))
        clusterWritten(process, pk.slice(clusterKey.length), was as Cluster | undefined, is as unknown as Cluster);
      else if (is && pk.startsWith(jobKey)) {
        const record = is as unknown as JobRecord;
        if (!was) records.set(record.key, now());
        if (record.outcome === 'skipped') decisions.set(record.key, now());
        const { progress } = record;
        const taskId = 'taskId' in record ? record.taskId : undefined;
        if (
          progress &&
          progress !== (was as JobRecord | undefined)?.progress &&
          !looks.get(process)?.has(`/tasks/${taskId}`)
        )
          alarms.push(`${record.key} is ${progress.state} by a visit that did not look at its task ${taskId}`);
        if (record.outcome === 'skipped' && record.key.includes('/again/'))
          alarms.push(`${record.key} was used up by a skip`);
        const world = {
          ...watched,
          clock: now() + process.mostSkewMs,
          peak: peaks.get(record.cluster),
          lapsed: leases.mustLeaveOut(skipId(process, record)),
          hasEnded: (job: ScaleJob) => hasEnded(job, Number.POSITIVE_INFINITY),
        };
        warn(jobProblem(process.config, needs.get(needOf(record)), was as JobRecord | undefined, record, world));
      }
      return answer;
    },
    /** That a process is about to write. */
    begins(process: Process, { input }: { readonly input: unknown }) {
      const { Key, Item, ExpressionAttributeValues: values = {}, UpdateExpression = '' } = input as Written;
      const armsAgain = UpdateExpression.includes('purchase.attempt +');
      const nonce = armsAgain ? values[':next'] : values[':purchase']?.nonce;
      if (Key && typeof nonce === 'string') leases.decides(process, Key.pk.slice(clusterKey.length), nonce);
      if (Item?.outcome === 'skipped') leases.decides(process, Item.cluster, skipId(process, Item));
      if (isOver(process) && armsAgain) alarms.push('a purchase was armed again by a visit that had no time left');
      // A process reads what the ledger knows of a job before it decides it.
      const decided = values[':purchase'] ?? (Item?.outcome === 'skipped' ? Item : undefined);
      if (decided && (records.get(decided.key) ?? Number.POSITIVE_INFINITY) < process.startedAt)
        alarms.push(`${decided.key} was decided by a process that must have read its record`);
    },
    /** That a process is about to read from ACK. */
    looks(process: Process, path: string) {
      looks.set(process, (looks.get(process) ?? new Set()).add(path));
      if (isOver(process) && path.endsWith('/tasks')) alarms.push('tasks were listed by a visit that had no time left');
    },
    /** How many nodes of a cluster did not have to count for some purchase, as their lease was over. */
    lapsedIn: leases.leftOutOf,
    /** That a process was told what ACK shows. */
    looked(process: Process, path: string) {
      const [, , id = '', what] = path.split('/');
      // Clusters are named so by clusterConfig.
      if (what === 'nodes') leases.read(process, id.slice(1), id, now() + gatewaySkewMs);
      if (what !== 'tasks') return;
      const { purchase } = (table.items.get(`${clusterKey}${id.slice(1)}`) ?? {}) as Partial<Cluster>;
      if (purchase && now() + gatewaySkewMs >= purchase.signedAt + shownMs)
        listings.set(purchase.nonce, (listings.get(purchase.nonce) ?? 0) + 1);
    },
    /** That a process has come to its end by itself: none of its own requests may be left without a word. */
    ended(process: Process) {
      if (!process.alive) return;
      for (const [nonce, { by, cluster, key }] of owners) {
        if (by !== process.id) continue;
        // Baselines write no slots.
        const { purchase } = (table.items.get(`${clusterKey}${cluster}`) ?? {}) as Partial<Cluster>;
        if (purchase?.nonce === nonce && purchase.phase === 'sending' && !wasDisturbed(process))
          alarms.push(`${key} was left as being sent by a process that has ended`);
      }
    },
  };
}
