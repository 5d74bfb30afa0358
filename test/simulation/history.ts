// One history: a scenario, a stormy part in which anything may fail, and a calm one in which every job must come to its end.
import type { Recovery } from '../../functions/domain/job/recovery.ts';
import { type Handler, ourHandler } from './actors.ts';
import { createCalm, unfinished } from './calm.ts';
import { isReading } from './faults.ts';
import { broken, lost } from './invariants.ts';
import { readLeasesBefore, renewAll, withLeases } from './leases.ts';
import { keyReaderOf, type Need, needsIn, readerOf, recoveriesIn } from './needs.ts';
import type { Call, Process } from './process.ts';
import { createRandom, type Random } from './random.ts';
import { drawListing, drawScenario, type Scenario, withEnds } from './scenario.ts';
import { createStorm } from './storm.ts';
import { createWorld, settle, type World } from './world.ts';

interface HistoryOptions {
  readonly seed: number;
  readonly handler?: Handler;
  /** Baselines break the invariants; they are counted, not stopped. */
  readonly keepGoing?: boolean;
  /** Faults of the storm by their number, left out while shrinking. */
  readonly without?: ReadonlySet<number>;
  readonly onStep?: (line: string) => void;
}

export interface HistoryResult {
  readonly seed: number;
  readonly steps: number;
  readonly faults: ReadonlyMap<string, number>;
  /** How many faults the storm drew, struck or left out. */
  readonly drawn: number;
  readonly violation?: string;
  readonly world: World;
  readonly scenario: Scenario;
  readonly keys: ReadonlySet<string>;
}

/** Histories that end take 2,000 at most. */
const mostSteps = 20_000;

export async function runHistory(options: HistoryOptions): Promise<HistoryResult> {
  const { seed, handler = ourHandler, without, onStep } = options;
  const random = createRandom(seed);
  const plain = drawScenario(random);
  // Baselines know nothing of leases.
  const scenario = options.keepGoing ? plain : withLeases(seed, withEnds(seed, plain));
  const faults = new Map<string, number>();
  const strike = (fault: string) => faults.set(fault, (faults.get(fault) ?? 0) + 1);
  const note = (line: string) => onStep?.(`${new Date(world.now()).toISOString().slice(11, 23)} ${line}`);
  const world = worldOf(scenario, seed, strike, note);
  const messages = createMessages(world, scenario, createRandom(seed ^ 0x2e9ea7));
  let [steps, drawn] = [0, 0];
  let violation: string | undefined;

  const check = () => {
    if (options.keepGoing) return;
    violation ??= broken(world) ?? lost(world, messages.keysOf, messages.wanted()) ?? messages.lostRecovery();
    if (violation) note(`VIOLATION ${violation}`);
  };

  async function perform(call: Call, fault: string | undefined): Promise<void> {
    steps += 1;
    const { process } = call;
    if (fault) strike(fault);
    note(`${process.role} ${process.id}: ${call.label}${fault ? `  <-- ${fault}` : ''}`);
    if (fault === 'crash-before') return world.kill(process);
    world.perform(call, fault === 'crash-after' ? undefined : fault);
    if (fault === 'crash-after') world.kill(process);
    else await settle();
    if (!isReading(call.kind)) check();
    if (steps === mostSteps) violation ??= `stuck: ${process.role} ${process.id} does not end`;
  }

  /** Whether this fault of the storm strikes; drawn in any case, so that its number stays the same. */
  const kept = (fault: string | undefined): string | undefined => {
    if (fault === undefined) return undefined;
    drawn += 1;
    return without?.has(drawn) ? undefined : fault;
  };

  if (scenario.leasesReadMs !== undefined) {
    const [its, dice] = [createRandom(seed ^ 0x1ea5e6), createRandom(seed ^ 0x1ea5e7)];
    await readLeasesBefore(world, scenario, its, dice, perform);
    world.pass(scenario.startAt - world.now());
  }
  const { arrive, delivered } = messages;
  const storm = createStorm({ world, scenario, random, handler, perform, kept, strike, note, arrive, delivered });
  const moments = scenario.weather.moments * scenario.bodies.length + random.below(60);
  for (let moment = 0; moment < moments && !violation && (await storm.step()); moment += 1);
  if (!violation) {
    for (const body of storm.unsent()) arrive(body);
    if (scenario.leasesReadMs !== undefined) renewAll(world);
    const calm = createCalm({ world, handler, perform, delivered, violated: () => violation !== undefined });
    await calm.run(storm.frozen);
    if (storm.frozen.size > 0) {
      // An hour later the verdicts are forgotten, and whoever was frozen all the while wakes up with what he read then.
      world.pass(70 * 60_000);
      await calm.tick();
      note('the frozen wake up');
      await calm.run(new Set());
    }
    if (!options.keepGoing)
      violation ??=
        (await calm.askAgain()) ?? broken(world) ?? unfinished(world, messages.expected()) ?? messages.lostPoison();
    if (violation) note(`VIOLATION ${violation}`);
  }
  const { keys } = messages;
  return { seed, steps, faults, drawn, world, scenario, keys, ...(violation !== undefined && { violation }) };
}

function worldOf(
  scenario: Scenario,
  seed: number,
  strike: (fault: string) => void,
  note: (line: string) => void,
): World {
  // The world's own dice are apart, so that leaving a fault out does not change what follows it more than it must.
  const dice = createRandom(seed ^ 0x5bd1e995);
  const { taskMinutes } = scenario.weather;
  return createWorld({
    ...scenario,
    waits: scenario.events.notes,
    startAt: scenario.startAt - (scenario.leasesReadMs ?? 0),
    random: () => dice.next(),
    ...(taskMinutes && { taskDurationMs: taskMinutes * 60_000 }),
    ...(scenario.lateListing && {
      drawListing: () => {
        strike('listed-late');
        return drawListing(dice);
      },
    }),
    note: (line) => {
      if (line.startsWith('late: ')) strike('late-write-landed');
      note(line);
    },
  });
}

/** What comes in messages, and which of it is a job to whom. */
function createMessages(world: World, { config, earlier = config, bodies, weather }: Scenario, dice: Random) {
  const readers = [readerOf(config), readerOf(earlier)];
  const keysIn = [keyReaderOf(config), keyReaderOf(earlier)];
  /** By the body that tells of them: by its keys, and when it came last. */
  const needs = new Map<string, readonly Need[]>();
  const recoveries = new Map<string, readonly Recovery[]>();
  const keys = new Set<string>();
  /** Bodies that a process has received that takes them for jobs: from then on their needs must not be lost. */
  const wanted = new Set<string>();
  const know = (body: string): void => {
    for (const job of readers.flatMap((read) => read(body).jobs)) {
      keys.add(job.key);
      world.know(job);
    }
  };
  const known = new Map<string, readonly string[]>();
  const keysOf = (body: string): readonly string[] => {
    const before = known.get(body);
    if (before) return before;
    const all = keysIn.flatMap((of) => of(body));
    known.set(body, all);
    return all;
  };
  for (const body of bodies) know(body);
  return {
    keys,
    keysOf,
    /** Needs of which somebody takes a job for one. */
    wanted: (): readonly Need[] => [...wanted].flatMap((body) => needs.get(body) ?? []),
    arrive(body: string) {
      know(body);
      for (const key of keysOf(body)) world.told(key);
      const its = readers.map((read) => read(body).jobs).find(({ length }) => length > 0) ?? [];
      needs.set(body, needsIn(its, world.now()));
      const toldAt = world.now() + world.gatewaySkewMs;
      // Without a rule it is nobody's recovery.
      if (readers.every((read) => read(body).recoveries.length > 0))
        recoveries.set(body, recoveriesIn(body, config, toldAt));
      // As the webhook does.
      world.queue.put(body, { toldAt: String(toldAt) });
      if (weather.repeats && dice.chance(weather.repeats)) world.queue.repeat(body);
      // What both take for a job is one from its arrival on.
      if (keysIn.every((of) => of(body).length > 0)) wanted.add(body);
      else wanted.delete(body);
    },
    delivered({ config: its }: Process, received: readonly string[]) {
      const keysOfIts = keyReaderOf(its);
      for (const body of received) if (keysOfIts(body).length > 0) wanted.add(body);
    },
    /** Needs that must be answered in the end: those that the last config still takes. */
    expected(): readonly Need[] {
      const takenOf = keyReaderOf(config);
      return [...wanted].flatMap((body) => (takenOf(body).length > 0 ? (needs.get(body) ?? []) : []));
    },
    /** A recovery that is neither written nor on the queue. */
    lostRecovery(): string | undefined {
      for (const [body, its] of recoveries) {
        if (its.every((one) => world.hasRecovery(one))) recoveries.delete(body);
        else if (![...world.queue.messages, ...world.queue.deadLetters].some((held) => held.body === body))
          return `the recovery of ${its.map(({ alert }) => alert).join(' and ')} is acknowledged, and not written`;
      }
      return undefined;
    },
    lostPoison(): string | undefined {
      const dead = new Set(world.queue.deadLetters.map(({ body }) => body));
      const poison = bodies.find((body) => !body.endsWith('}') && !dead.has(body));
      return poison && `lost: the poison ${poison} is not on the dead-letter queue`;
    },
  };
}
