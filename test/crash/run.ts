// One crash test from start to audit: load, faults and kills at once; then quiet, until all that can end has ended.
import { parseAlert } from '../../functions/domain/alerts/parse-alert.ts';
import type { Cluster } from '../../functions/domain/job/purchase.ts';
import type { StoredMessage } from '../../infra/local/aws-stand-ins/messaging.ts';
import { createRandom } from '../fuzz/random.ts';
import { audit, type Findings } from './audit.ts';
import { createEvents, type Events } from './events.ts';
import { createKiller, type Killer } from './killer.ts';
import { createLoad, type Load } from './load.ts';
import { settleParked } from './person.ts';
import type { Report } from './report.ts';
import { createWeather, type Weather } from './weather.ts';
import { startWorld, type World } from './world.ts';

export interface RunOptions {
  readonly kills: number;
  readonly seed: number;
  /** Of the queue function. */
  readonly processes: number;
  /** Without stored keys. */
  readonly keyless: boolean;
  readonly onProgress: (line: string) => void;
  /** Ends the killing early; the audit comes all the same. */
  readonly signal: AbortSignal;
}

interface Test {
  readonly world: World;
  readonly killer: Killer;
  readonly load: Load;
  readonly weather: Weather;
  readonly events: Events;
}

/** Messages that wait at the most: enough to keep all processes busy, few enough to be done soon after the last kill. */
const backlog = 60;
const roundMs = 100;
/**
 * The functions' time is moved on by so much at once: the fence alone would take two minutes of ours. Credentials of a role are used
 * for ten minutes: in quiet they must last for a visit, also on a machine that is slow.
 */
const skipMs = { storm: 480_000, quiet: 300_000, keylessQuiet: 60_000 } as const;
/** Milliseconds in which everything ends that can. */
const quietLimitMs = 120_000;

export async function runCrashTest(options: RunOptions): Promise<Report> {
  const startedAt = performance.now();
  // A generator for each, so that a race between processes does not make another load.
  const randomOf = (part: number) => createRandom(3 * options.seed + part);
  const events = createEvents();
  let world: World | undefined;
  const killer = createKiller({ kills: options.kills, random: randomOf(0), processes: () => world?.processes() ?? [] });
  const { processes, keyless } = options;
  world = await startWorld({ processes, keyless, intercept: killer.intercept, onLine: events.onLine });
  try {
    const load = createLoad({ ...world, random: randomOf(1) });
    const test = { world, killer, load, weather: createWeather(world, randomOf(2)), events };
    const clockAt = Date.now();
    await storm(test, options);
    await quiet(test, options);
    const { violations, ...findings } = await closeBooks(test);
    return {
      ...findings,
      violations: [...violations, ...events.alarms()],
      kills: killer.kills(),
      killsByMoment: killer.byMoment(),
      messages: load.messages(),
      jobs: load.asked.size,
      faults: test.weather.faults(),
      events: events.counts(),
      ...(keyless && { assumed: world.assumed() }),
      hours: (Date.now() - clockAt) / 3_600_000,
      seconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    await world.stop();
  }
}

/** Until the last kill. */
async function storm(test: Test, { kills, onProgress, signal }: RunOptions): Promise<void> {
  const { world, killer, load, weather } = test;
  const failed = new AbortController();
  let killing = true;
  const over = killer.run(AbortSignal.any([signal, failed.signal])).finally(() => {
    killing = false;
  });
  try {
    for (let round = 0; killing; round += 1) {
      const { alerts } = await world.queues();
      for (let missing = backlog - alerts.length; missing > 0; missing -= 1) await load.step();
      weather.blow();
      if (round % 10 === 9) {
        // In the middle of whatever they do, as if the whole machine had been suspended for minutes.
        world.clock.skip(skipMs.storm * Math.random());
        await askPerson(test, await world.clusters(), alerts);
      }
      if (round % 50 === 49)
        onProgress(`${killer.kills()} of ${kills} kills, ${world.simulator.purchases().length} purchases`);
      await pause(roundMs);
    }
  } finally {
    failed.abort();
    await over;
    weather.clear();
  }
}

/** Nobody is killed, nothing fails, time passes. */
async function quiet(test: Test, { keyless, onProgress }: RunOptions): Promise<void> {
  const { world } = test;
  const startedAt = performance.now();
  for (let round = 0; performance.now() - startedAt < quietLimitMs; round += 1) {
    const { alerts } = await world.queues();
    const clusters = await world.clusters();
    if (alerts.length === 0 && (await isFinished(world, clusters))) return;
    await askPerson(test, clusters, alerts);
    if (round % 10 === 9) onProgress(`no more kills; ${alerts.length} messages wait`);
    world.clock.skip(keyless ? skipMs.keylessQuiet : skipMs.quiet);
    await pause(3 * roundMs);
  }
}

/** Nothing is on its way to a slot's verdict, to its job's record, or to the last node. */
async function isFinished({ ledger }: World, clusters: readonly Cluster[]): Promise<boolean> {
  if (clusters.some(({ purchase }) => purchase && purchase.phase !== 'parked')) return false;
  if (clusters.some(({ pending }) => Object.keys(pending).length > 0)) return false;
  const keys = clusters.flatMap(({ done }) => Object.keys(done));
  return (await ledger.readJobs(keys)).size === keys.length;
}

async function askPerson(
  { world, events }: Test,
  clusters: readonly Cluster[],
  waiting: readonly StoredMessage[],
): Promise<void> {
  events.onSettledByPerson(await settleParked(clusters, waiting, world));
}

async function closeBooks({ world, load }: Test): Promise<Findings> {
  const { config, simulator } = world;
  const { alerts, deadLetters } = await world.queues();
  const names = new Map(Object.entries(config.clusters).map(([name, { id }]) => [id, name]));
  return audit({
    asked: load.asked,
    poison: load.poison,
    purchases: simulator.purchases(),
    items: await world.ledgerItems(),
    waiting: alerts.map(({ body }) => body),
    deadLetters: deadLetters.map(({ body }) => {
      const parsed = parseAlert(body, { config, now: Number.POSITIVE_INFINITY });
      return { body, jobs: parsed.kind === 'jobs' ? parsed.jobs : [] };
    }),
    nameOf: (clusterId) => names.get(clusterId),
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
