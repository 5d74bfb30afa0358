// The stormy part of a history: at every moment one choice of what happens next, and anything may fail.
import { timings } from '../../functions/domain/timings.ts';
import {
  type Handler,
  hasUncorrected,
  startAlarmCheck,
  startCorrection,
  startHandler,
  startPerson,
  startReconciler,
} from './actors.ts';
import { drawSkew, drawWrongSkew } from './clocks.ts';
import { createDeployment } from './deployment.ts';
import { createHappenings } from './happenings.ts';
import { clustersOf } from './invariants.ts';
import { keyReaderOf } from './needs.ts';
import type { Call, Process } from './process.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { crowded } from './weather.ts';
import { type StartOptions, settle, type World } from './world.ts';

interface StormDeps {
  readonly world: World;
  readonly scenario: Scenario;
  readonly random: Random;
  readonly handler: Handler;
  readonly perform: (call: Call, fault: string | undefined) => Promise<void>;
  readonly kept: (fault: string | undefined) => string | undefined;
  readonly strike: (fault: string) => void;
  readonly note: (line: string) => void;
  /** A message comes. */
  readonly arrive: (body: string) => void;
  /** A process receives messages. */
  readonly delivered: (process: Process, bodies: readonly string[]) => void;
}

/** Waits that a process may survive, and that may leave a visit no time. */
const withinTimeout = [6000, 20_000, 30_000];

/** What a call may take before its client gives up. */
const slowCalls = [3000, 9000];

export function createStorm(deps: StormDeps) {
  const { world, scenario, random, handler, perform, kept, strike, note, arrive, delivered } = deps;
  const bodies = [...scenario.bodies];
  const { weather, events, gatewaySkewMs } = scenario;
  const names = Object.keys(scenario.config.clusters);
  /** Processes that do not get on, for as long as the storm lasts: a paused machine, a lost network. */
  const frozen = new Set<Process>();
  const waiting = (): Call[] => [...world.processes].flatMap((one) => (frozen.has(one) ? [] : one.waiting));
  const running = (role: string): number =>
    [...world.processes].filter((one) => one.role === role && !frozen.has(one)).length;
  const deployment = createDeployment(scenario, world);
  const happening = createHappenings({ world, scenario, random, deployment, arrive });
  const readersOfAll = [scenario.config, scenario.earlier ?? scenario.config].map(keyReaderOf);

  const asks = [scenario.config, scenario.earlier].some((of) =>
    Object.values(of?.clusters ?? {}).some(({ alarms }) => alarms.some(({ again }) => again)),
  );

  /** Then none may live for longer than a message is hidden: it could delete what others have taken for a job since. */
  const rulesDiffer = names.some((name) => {
    const [last, first] = [scenario.config, scenario.earlier].map((of) => of?.clusters[name]?.alarms.length);
    return first !== undefined && last !== first;
  });

  const rightSkew = (): number => drawSkew(random, gatewaySkewMs);
  const skew = (): number =>
    events.wrongClocks && random.chance(0.5) ? drawWrongSkew(random, gatewaySkewMs) : rightSkew();
  const how = (): StartOptions => ({
    config: deployment.draw(random),
    ...((events.deadlines || rulesDiffer) && { timeoutMs: timings.functionTimeoutMs }),
  });

  function freezes({ kind, process }: Call): boolean {
    const may = weather.freezeOnly === undefined || process.role === weather.freezeOnly;
    return random.chance(may ? weather.freezes * (kind === 'write' || kind === 'message' ? 3 : 0.5) : 0);
  }

  const chanceOf = ({ kind }: Call): number => {
    if (kind === 'purchase') return weather.purchaseFaults;
    return kind === 'batch' ? Math.max(weather.otherFaults, 0.1) : weather.otherFaults;
  };

  function draw(call: Call): string | undefined {
    if (events.dateless && call.kind === 'look' && random.chance(0.7)) return 'no-date-header';
    if (!random.chance(chanceOf(call))) return undefined;
    const { favourites } = weather;
    if (favourites && call.kind === 'purchase' && random.chance(0.5)) return random.pick(favourites);
    if (random.chance(0.3)) return random.pick(['crash-before', 'crash-after']);
    return random.pick(world.faultsFor(call.kind));
  }

  function deliver(): void {
    const batch = [...world.queue.visible()].sort(() => random.next() - 0.5).slice(0, 1 + random.below(3));
    note(`deliver ${batch.map(({ messageId }) => messageId).join(', ')}`);
    delivered(
      startHandler(world, batch, skew(), handler, how()),
      batch.map(({ body }) => body),
    );
  }

  function buyInConsole(): void {
    const name = random.pick(names);
    if (!scenario.console || !deployment.isShared(name) || !kept('console-purchase')) return;
    strike('console-purchase');
    note(`a person buys in ${name}`);
    deployment.notePurchase(name);
    world.service.buyInConsole(`C${name}`, 1);
  }

  /** The person who erred corrects that, and may err again. */
  function correct(): void {
    if (startCorrection(world, rightSkew(), { config: deployment.present() }, random.chance(0.3)))
      strike('task-corrected');
  }

  /** A letter that a config in use would leave unread stays where it is: people look before they redrive. */
  function redrive(): void {
    const letter = random.pick(world.queue.deadLetters);
    const keys = readersOfAll.map((keysOf) => keysOf(letter.body).length);
    if (keys.includes(0) && !keys.every((count) => count === 0)) return;
    if (!kept('redrive')) return;
    strike('redrive');
    world.queue.redrive(letter, random.pick(['command', 'sqs']));
  }

  function happen(): void {
    const one = happening?.();
    if (!one || !kept(one.name)) return;
    strike(one.name);
    note(one.name);
    one.run();
  }

  /** What is not a process's next call: messages come, time goes, others act. */
  async function outside(): Promise<void> {
    const dice = random.below(100);
    const [deliverAt, arriveAt, wakeAt, visitAt] = weather.events ?? [45, 60, 63, 75];
    if (happening && random.chance(weather.stands ? 0.3 : 0.12)) happen();
    else if (dice < deliverAt && running('handler') < scenario.handlers && world.queue.visible().length > 0) deliver();
    else if (dice < arriveAt && bodies.length > 0) arrive(bodies.shift() ?? '');
    else if (dice < wakeAt && frozen.size > 0) {
      const [one] = frozen;
      if (one) frozen.delete(one);
      note(`${one?.role} ${one?.id} goes on`);
    } else if ((asks || events.notes) && random.chance(weather.stands ? 0.2 : 0.05))
      startAlarmCheck(world, skew(), how());
    else if (dice < visitAt && running('reconciler') < (weather === crowded ? 3 : 2))
      startReconciler(world, random.pick(names), skew(), how());
    else if (world.mistaken.size > 0 && random.chance(0.15)) correct();
    else if (dice < 78) startPerson(world, rightSkew(), { config: deployment.present() }, random.chance(0.6));
    else if (dice < 80 && scenario.console) buyInConsole();
    else if (dice < 82 && scenario.bodies.length > bodies.length && kept('duplicate-delivery')) {
      strike('duplicate-delivery');
      world.queue.repeat(scenario.bodies[random.below(scenario.bodies.length - bodies.length)] ?? '');
    } else if (dice < 84 && world.queue.deadLetters.length > 0) redrive();
    else world.pass(random.pick(events.deadlines && random.chance(0.5) ? withinTimeout : weather.waits));
    await settle();
  }

  async function makeCall(call: Call): Promise<void> {
    if (events.deadlines && random.chance(0.2) && kept('slow-call')) {
      strike('slow-call');
      world.pass(random.pick(slowCalls));
    }
    if (world.now() >= call.process.stopsAt) {
      strike('deadline');
      note(`${call.process.role} ${call.process.id} is stopped before: ${call.label}`);
      world.kill(call.process);
      return;
    }
    const fault = kept(freezes(call) ? 'freeze' : draw(call));
    if (fault !== 'freeze') return perform(call, fault);
    strike('freeze');
    note(`${call.process.role} ${call.process.id} freezes before: ${call.label}`);
    frozen.add(call.process);
  }

  return {
    frozen,
    unsent: (): readonly string[] => bodies,
    /** @returns whether there is more to come */
    async step(): Promise<boolean> {
      const calls = waiting();
      world.pass(random.below(20));
      if (calls.length > 0 && random.chance(0.85)) {
        await makeCall(random.pick(calls));
        return true;
      }
      await outside();
      return (
        weather.stands === true ||
        calls.length > 0 ||
        bodies.length > 0 ||
        world.queue.messages.length > 0 ||
        hasUncorrected(world) ||
        clustersOf(world).some(({ purchase }) => purchase !== undefined)
      );
    },
  };
}
