// The deterministic world: one clock, one ledger, its notes, one queue, one simulated ACK. Processes run the shipped code; each of
// their calls to the outside waits here until the history's scheduler lets it happen, as it says, fault or no fault.
import { nextTick } from 'node:process';
import type { Listing } from '../../functions/backtest/world/ack/tasks.ts';
import { createMemoryQueue, type QueueContents } from '../../functions/backtest/world/memory-queue.ts';
import { createMemoryTable, type TableContents } from '../../functions/backtest/world/memory-table.ts';
import type { ClusterConfig, Config } from '../../functions/domain/config/types.ts';
import { timings } from '../../functions/domain/timings.ts';
import { createCloudWatch } from './cloudwatch.ts';
import { type CallKind, type Fault, faultsOf } from './faults.ts';
import { createLateWrites } from './late-writes.ts';
import { createPorts, type Outside, type Ports } from './ports.ts';
import { allTold, type Call, type Errand, type Process, type Told, tell } from './process.ts';
import { type Clock, createService, type Deed } from './service.ts';
import { createWatch, type Seen } from './watch.ts';

interface WorldOptions {
  readonly config: Config;
  /** The one that is in use before it. */
  readonly earlier?: Config;
  readonly startAt: number;
  readonly initialNodes: number;
  readonly gatewaySkewMs: number;
  /** How each task shows in the task list. Default: at once, as it is. */
  readonly drawListing?: () => Listing;
  /** Messages, of which those of alarms tell what has gone off. */
  readonly bodies?: readonly string[];
  /** Told of what happens by itself. */
  readonly note?: (line: string) => void;
  /** Whether jobs that wait leave notes. Histories that are about something else are not spent on them. */
  readonly waits?: boolean;
  /** Default: 90 s, shorter than in life. */
  readonly taskDurationMs?: number;
  readonly random: () => number;
}

/** What a process does over its ports. It may keep what it is given, and must not change it. */
type Main = (ports: Ports) => Promise<unknown>;

interface Beginning {
  readonly id: number;
  readonly role: string;
  readonly config: Config;
  readonly skewMs: number;
  readonly stopsAt: number;
  readonly main: Main;
  readonly startedAt: number;
}

export interface StartOptions {
  /** Default: the world's. */
  readonly config?: Config;
  /** It is stopped after this, as Lambda does it. Default: never. */
  readonly timeoutMs?: number | undefined;
}

/** How a process began, and what it was told since: enough to bring it back. */
interface Life extends Beginning {
  readonly told: Told | undefined;
  /** What it would do next. */
  readonly next: Errand | undefined;
}

/**
 * A world at a moment. Never changed: any number of worlds may go on from it. Clocks that jump, alarms, late writes and what
 * baselines note are not in it: small histories have none of them.
 */
export interface WorldState {
  readonly time: number;
  readonly table: TableContents;
  readonly notes: TableContents;
  readonly queue: QueueContents;
  readonly deeds: readonly Deed[];
  readonly seen: Seen;
  readonly started: number;
  readonly lives: readonly Life[];
}

export type World = ReturnType<typeof createWorld>;

const maxReceives = 8;

/** @param state from which to go on. The processes in it sleep until they are woken up. */
export function createWorld(options: WorldOptions, state?: WorldState) {
  const { config, random, startAt, initialNodes, gatewaySkewMs } = options;
  const configs = options.earlier ? [config, options.earlier] : [config];
  const clock: Clock = { time: startAt };
  const now = () => clock.time;
  const rightTime = () => clock.time + gatewaySkewMs;
  const table = createMemoryTable(state?.table);
  const notes = createMemoryTable(state?.notes);
  const queue = createMemoryQueue(
    { now: rightTime, visibilityMs: timings.visibilityTimeoutMs, maxReceives },
    state?.queue,
  );
  const service = createService(
    {
      now: rightTime,
      random,
      clusters: Object.values(config.clusters).map(({ id, region }) => ({ id, region, initialNodes })),
      accessKeys: [],
      verifySignatures: false,
      listLagMs: 0,
      ...(options.drawListing && { drawListing: options.drawListing }),
      taskDurationMs: options.taskDurationMs ?? 90_000,
      nodeJoinMs: 30_000,
    },
    clock,
    state?.deeds ?? [],
  );
  const cloudwatch = createCloudWatch(options.bodies ?? []);
  const lateWrites = createLateWrites(now, random);
  const mistaken = new Map<string, string>();
  const watch = createWatch({ table, service, cloudwatch, now, gatewaySkewMs, initialNodes, mistaken }, state?.seen);
  const outside: Outside = {
    ...{ random, now, table, notes, queue, service, cloudwatch, lateWrites, watch },
    noted: options.waits ?? false,
    rejected: new Set(),
  };
  /** Those that are alive. */
  const processes = new Set<Process>();
  const lives = new WeakMap<Process, Beginning>();
  /** Those who were not needed yet, and what they would do next. */
  const asleep = new Map<Process, Errand | undefined>();
  let started = 0;

  function begin(life: Beginning, told: Told | undefined): Process {
    const { main: _, ...its } = life;
    const { skewMs, stopsAt } = life;
    const process: Process = { ...its, mostSkewMs: skewMs, deadline: stopsAt + skewMs, waiting: [], alive: true, told };
    processes.add(process);
    lives.set(process, life);
    return process;
  }

  function run(process: Process, main: Main): void {
    const end = () => {
      watch.ended(process);
      process.alive = false;
      processes.delete(process);
    };
    main(createPorts(process, outside)).then(end, end);
  }

  if (state) {
    ({ started } = state);
    clock.time = state.time;
    for (const { told, next, ...life } of state.lives) asleep.set(begin(life, told), next);
  }

  const next = (process: Process): Errand | undefined => asleep.get(process) ?? process.waiting[0];

  return {
    config,
    /** All that it may be by. */
    policiesOf: (name: string): readonly ClusterConfig[] => configs.flatMap(({ clusters }) => clusters[name] ?? []),
    initialNodes,
    /** Jobs that a person settled with a wrong task, and the right one. */
    mistaken,
    /** By how much whoever has the right time is ahead of this clock. */
    gatewaySkewMs,
    table,
    notes,
    queue,
    service,
    cloudwatch,
    lateWrites,
    know: watch.know,
    told: watch.told,
    heldBack: watch.heldBack,
    jobs: watch.jobs,
    owners: watch.owners,
    alarms: watch.alarms,
    decidedAt: watch.decidedAt,
    askedInVainAt: watch.askedInVainAt,
    coversSince: watch.coversSince,
    failedSince: watch.failedSince,
    hasRecovery: watch.hasRecovery,
    isOver: watch.isOver,
    lapsedIn: watch.lapsedIn,
    rejected: outside.rejected,
    processes,
    now,
    /** What a process would do next; undefined when it has ended. */
    next,
    pass(ms: number) {
      clock.time += ms;
      for (const late of lateWrites.land()) options.note?.(`late: ${late}`);
    },
    faultsFor: (kind: CallKind) => faultsOf[kind],
    start(role: string, skewMs: number, main: Main, { config: its = config, timeoutMs }: StartOptions = {}): Process {
      const stopsAt = clock.time + (timeoutMs ?? Number.POSITIVE_INFINITY);
      const life = { id: started, role, config: its, skewMs, stopsAt, main, startedAt: clock.time };
      started += 1;
      const process = begin(life, undefined);
      run(process, main);
      return process;
    },
    /** Brings a process back to where it was: it begins again, and is told what it was told, when it was told. */
    async wake(process: Process): Promise<void> {
      const life = lives.get(process);
      if (!asleep.delete(process) || !life) return;
      const present = clock.time;
      clock.time = life.startedAt;
      run(process, life.main);
      for (const told of allTold(process.told)) {
        await settle();
        clock.time = told.at;
        const call = process.waiting.shift();
        if (call) tell(call, told);
      }
      await settle();
      clock.time = present;
    },
    /** A crash: what it waited for may have happened or not, and nothing follows. */
    kill(process: Process) {
      process.alive = false;
      process.waiting.length = 0;
      processes.delete(process);
    },
    /** Lets one call happen. */
    perform(call: Call, fault: Fault | undefined) {
      const { process } = call;
      process.waiting.splice(process.waiting.indexOf(call), 1);
      const answer = answerOf(call, fault);
      process.told = { before: process.told, at: clock.time, ...answer };
      tell(call, process.told);
    },
    /** As it is now. Every process must wait for a call, or sleep. */
    state: (): WorldState => ({
      time: clock.time,
      table: table.contents(),
      notes: notes.contents(),
      queue: queue.contents(),
      deeds: [...service.deeds],
      seen: watch.seen(),
      started,
      lives: [...processes].flatMap((process) => {
        const life = lives.get(process);
        return life ? [{ ...life, told: process.told, next: next(process) }] : [];
      }),
    }),
  };
}

function answerOf({ run }: Call, fault: Fault | undefined): Pick<Told, 'value' | 'thrown'> {
  try {
    return { value: run(fault), thrown: false };
  } catch (error) {
    return { value: error, thrown: true };
  }
}

/**
 * Lets everything that became possible run, up to the next calls to the outside. Ticks come after all microtasks, and
 * nothing here waits for more than those.
 */
export const settle = (): Promise<void> => new Promise((resolve) => nextTick(resolve));
