// One history: a scenario, and at every moment one choice of what happens next. After the stormy part, in which anything
// may fail, comes a calm one, in which every job must come to its end.

import { type Handler, ourHandler, startHandler, startPerson, startReconciler } from './actors.ts';
import { broken, clustersOf, isBusy, jobOf, lost } from './invariants.ts';
import type { Call, Process } from './process.ts';
import { createRandom, type Random } from './random.ts';
import { drawScenario, keyReaderOf, type Scenario } from './scenario.ts';
import { createWorld, settle, type World } from './world.ts';

export interface HistoryOptions {
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

export async function runHistory(options: HistoryOptions): Promise<HistoryResult> {
  const random = createRandom(options.seed);
  const scenario = drawScenario(random);
  // The world's own dice are apart, so that leaving a fault out does not change what follows it more than it must.
  const dice = createRandom(options.seed ^ 0x5bd1e995);
  const { taskMinutes } = scenario.weather;
  const world = createWorld({
    ...scenario,
    random: () => dice.next(),
    ...(taskMinutes && { taskDurationMs: taskMinutes * 60_000 }),
  });
  const keysOf = keyReaderOf(scenario.config);
  const keys = new Set(scenario.bodies.flatMap(keysOf));
  const faults = new Map<string, number>();
  let [steps, drawn] = [0, 0];
  let violation: string | undefined;

  const note = (line: string) => options.onStep?.(`${new Date(world.now()).toISOString().slice(11, 23)} ${line}`);
  const strike = (fault: string) => faults.set(fault, (faults.get(fault) ?? 0) + 1);
  const check = () => {
    if (options.keepGoing) return;
    violation ??= broken(world) ?? lost(world, keysOf, arrived);
    if (violation) note(`VIOLATION ${violation}`);
  };
  const arrived = new Set<string>();

  async function perform(call: Call, fault: string | undefined): Promise<void> {
    steps += 1;
    const { process } = call;
    if (fault) strike(fault);
    note(`${process.role} ${process.id}: ${call.label}${fault ? `  <-- ${fault}` : ''}`);
    if (fault === 'crash-before') return world.kill(process);
    world.perform(call, fault === 'crash-after' ? undefined : fault);
    if (fault === 'crash-after') world.kill(process);
    else await settle();
    if (call.kind !== 'read' && call.kind !== 'look') check();
  }

  /** Whether this fault of the storm strikes; drawn in any case, so that its number stays the same. */
  const kept = (fault: string | undefined): string | undefined => {
    if (fault === undefined) return undefined;
    drawn += 1;
    return options.without?.has(drawn) ? undefined : fault;
  };

  const storm = createStorm({
    world,
    scenario,
    random,
    handler: options.handler ?? ourHandler,
    perform,
    kept,
    strike,
    note,
    arrive(body) {
      for (const key of keysOf(body)) arrived.add(key);
    },
  });
  const moments = scenario.weather.moments * scenario.bodies.length + random.below(60);
  for (let moment = 0; moment < moments && !violation && (await storm.step()); moment += 1);
  if (!violation) {
    for (const body of storm.unsent()) world.queue.put(body);
    for (const key of keys) arrived.add(key);
    const end = createCalm(world, options.handler ?? ourHandler, perform, () => violation !== undefined);
    await end.run(storm.frozen);
    if (storm.frozen.size > 0) {
      // An hour later the verdicts are forgotten, and whoever was frozen all the while wakes up with what he read then.
      world.pass(70 * 60_000);
      await end.tick();
      note('the frozen wake up');
      await end.run(new Set());
    }
    if (!options.keepGoing) violation ??= unfinished(world, scenario, keys);
    if (violation) note(`VIOLATION ${violation}`);
  }
  return {
    seed: options.seed,
    steps,
    faults,
    drawn,
    world,
    scenario,
    keys,
    ...(violation !== undefined && { violation }),
  };
}

interface StormDeps {
  readonly world: World;
  readonly scenario: Scenario;
  readonly random: Random;
  readonly handler: Handler;
  readonly perform: (call: Call, fault: string | undefined) => Promise<void>;
  readonly kept: (fault: string | undefined) => string | undefined;
  readonly strike: (fault: string) => void;
  readonly note: (line: string) => void;
  readonly arrive: (body: string) => void;
}

function createStorm({ world, scenario, random, handler, perform, kept, strike, note, arrive }: StormDeps) {
  const bodies = [...scenario.bodies];
  const { weather } = scenario;
  const names = Object.keys(scenario.config.clusters);
  /** Processes that do not get on, for as long as the storm lasts: a paused machine, a lost network. */
  const frozen = new Set<Process>();
  const waiting = (): Call[] => [...world.processes].flatMap((one) => (frozen.has(one) ? [] : one.waiting));
  const running = (role: string): number =>
    [...world.processes].filter((one) => one.role === role && !frozen.has(one)).length;
  const skew = () => random.below(40_000) - 20_000;

  function freezes({ kind, process }: Call): boolean {
    const may = weather.freezeOnly === undefined || process.role === weather.freezeOnly;
    return random.chance(may ? weather.freezes * (kind === 'write' ? 3 : 0.5) : 0);
  }

  function draw(call: Call): string | undefined {
    if (!random.chance(call.kind === 'purchase' ? weather.purchaseFaults : weather.otherFaults)) return undefined;
    if (random.chance(0.3)) return random.pick(['crash-before', 'crash-after']);
    return random.pick(world.faultsFor(call.kind));
  }

  /** What is not a process's next call: messages come, time goes, others act. */
  async function outside(): Promise<void> {
    const dice = random.below(100);
    const [deliver, arriving, wake, visit] = weather.events ?? [45, 60, 63, 75];
    const visible = world.queue.visible();
    if (dice < deliver && visible.length > 0 && running('handler') < scenario.handlers) {
      const batch = [...visible].sort(() => random.next() - 0.5).slice(0, 1 + random.below(3));
      note(`deliver ${batch.map(({ messageId }) => messageId).join(', ')}`);
      startHandler(world, batch, skew(), handler);
    } else if (dice < arriving && bodies.length > 0) {
      const body = bodies.shift() ?? '';
      arrive(body);
      world.queue.put(body);
    } else if (dice < wake && frozen.size > 0) {
      const [one] = frozen;
      if (one) frozen.delete(one);
      note(`${one?.role} ${one?.id} goes on`);
    } else if (dice < visit && running('reconciler') < 2) startReconciler(world, random.pick(names), skew());
    else if (dice < 78) startPerson(world, skew());
    else if (dice < 80 && scenario.console && kept('console-purchase')) {
      strike('console-purchase');
      world.service.buyInConsole(random.pick(Object.values(scenario.config.clusters)).id, 1);
    } else if (dice < 82 && scenario.bodies.length > bodies.length && kept('duplicate-delivery')) {
      strike('duplicate-delivery');
      world.queue.put(scenario.bodies[random.below(scenario.bodies.length - bodies.length)] ?? '');
    } else if (dice < 84 && world.queue.deadLetters.length > 0 && kept('redrive')) {
      strike('redrive');
      world.queue.redrive(random.pick(world.queue.deadLetters));
    } else {
      world.pass(random.pick(weather.waits));
    }
    await settle();
  }

  return {
    frozen,
    unsent: (): readonly string[] => bodies,
    /** @returns whether there is more to come */
    async step(): Promise<boolean> {
      const calls = waiting();
      world.pass(random.below(20));
      if (calls.length > 0 && random.chance(0.85)) {
        const call = random.pick(calls);
        const fault = kept(freezes(call) ? 'freeze' : draw(call));
        if (fault !== 'freeze') await perform(call, fault);
        else {
          strike('freeze');
          note(`${call.process.role} ${call.process.id} freezes before: ${call.label}`);
          frozen.add(call.process);
        }
        return true;
      }
      await outside();
      return (
        calls.length > 0 ||
        bodies.length > 0 ||
        world.queue.messages.length > 0 ||
        clustersOf(world).some(({ purchase }) => purchase !== undefined)
      );
    },
  };
}

const calmRounds = 400;

/** No more faults: every living process goes on, messages are delivered, the timer ticks, a person helps. */
function createCalm(
  world: World,
  handler: Handler,
  perform: (call: Call, fault: string | undefined) => Promise<void>,
  violated: () => boolean,
) {
  const finish = async (process: Process | undefined): Promise<void> => {
    await settle();
    for (let call = process?.waiting[0]; call && !violated(); call = process?.waiting[0])
      await perform(call, undefined);
  };
  const tick = async (): Promise<void> => {
    for (const { name, purchase, pending, done } of clustersOf(world))
      if (purchase || Object.keys(pending).length + Object.keys(done).length > 0)
        await finish(startReconciler(world, name, 0));
  };
  return {
    tick,
    async run(frozen: ReadonlySet<Process>): Promise<void> {
      world.mendClock();
      for (const process of [...world.processes]) if (!frozen.has(process)) await finish(process);
      for (let round = 0; round < calmRounds && !violated(); round += 1) {
        for (const message of world.queue.visible()) await finish(startHandler(world, [message], 0, handler));
        await tick();
        await finish(startPerson(world, 0));
        const busy = clustersOf(world).some(isBusy);
        if (world.queue.messages.length === 0 && !busy) break;
        const next = Math.min(...world.queue.messages.map(({ visibleAt }) => visibleAt));
        world.pass(busy ? 5 * 60_000 : Math.max(next - world.now(), 1));
      }
    },
  };
}

function unfinished(world: World, { bodies }: Scenario, keys: ReadonlySet<string>): string | undefined {
  const slot = clustersOf(world).find(({ purchase }) => purchase);
  if (slot) return `stuck: the slot of ${slot.name} is still ${slot.purchase?.phase}`;
  if (world.queue.messages.length > 0) return `stuck: ${world.queue.messages.length} messages still wait`;
  const dead = new Set(world.queue.deadLetters.map(({ body }) => body));
  const poison = bodies.find((body) => !body.endsWith('}') && !dead.has(body));
  if (poison) return `lost: the poison ${poison} is not on the dead-letter queue`;
  const open = [...keys].find((key) => !jobOf(world, key) && dead.size === 0);
  return open && `stuck: ${open} has no outcome`;
}
