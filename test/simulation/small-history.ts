// One small history (one or two jobs, two handlers, the reconciler, a person) whose every turn is somebody else's choice:
// which fault strikes, who is suspended, who goes on. It can be left at any choice, and gone on from there another way.
import { hash } from 'node:crypto';
import { ourHandler, startHandler, startPerson, startReconciler } from './actors.ts';
import { isReading } from './faults.ts';
import { broken, clustersOf, isBusy, lost } from './invariants.ts';
import { keyReaderOf, needsIn, readerOf } from './needs.ts';
import { type Call, digestOf, type Errand, type Process } from './process.ts';
import type { SmallCase } from './small-cases.ts';
import { afterPaying, type Budget, plain, type Way, waysAt } from './ways.ts';
import { createWorld, settle, type World, type WorldState } from './world.ts';

/** What comes next. Processes are named by their ids. */
type Next =
  | { readonly kind: 'act' }
  /** The next call of a process. */
  | { readonly kind: 'turn'; readonly process: number }
  /** Whoever is suspended may go on, but not who was the last to run, as if he had not been suspended. */
  | { readonly kind: 'between'; readonly last: number | undefined }
  /** All acts are over: the suspended go on, one after the other. */
  | { readonly kind: 'rest' }
  /** Nothing fails any more, and everything must come to its end. */
  | { readonly kind: 'calm'; readonly round: number }
  | { readonly kind: 'over' };

/** A history at a choice. Never changed: any number of ways lead on from it. */
export interface Moment {
  readonly world: WorldState | undefined;
  /** How many acts have begun. */
  readonly act: number;
  readonly next: Next;
  readonly suspended: readonly number[];
  /** Requests on their way to the service, which nothing else shows. */
  readonly late: readonly string[];
  readonly left: Budget;
  readonly trace: Trace | undefined;
}

/** The last step, and all before it. */
interface Trace {
  readonly before: Trace | undefined;
  readonly step: string;
}

export const beginning = (left: Budget): Moment => ({
  world: undefined,
  act: 0,
  next: { kind: 'act' },
  suspended: [],
  late: [],
  left,
  trace: undefined,
});

const calmRounds = 60;
const nothingLeft: Budget = { faults: 0, preemptions: 0, together: 0 };

export type SmallHistory = ReturnType<typeof createSmallHistory>;

export function createSmallHistory({ config, bodies, script, startAt, ...pace }: SmallCase, moment: Moment) {
  const world = createWorld(
    { config, startAt, ...pace, initialNodes: 1, gatewaySkewMs: 0, random: () => 0.5 },
    moment.world,
  );
  const keysOf = keyReaderOf(config);
  const needs = bodies.flatMap((body) => needsIn(readerOf(config)(body).jobs, 0));
  for (const job of needs.flatMap(({ jobs }) => jobs)) world.know(job);
  const suspended = [...moment.suspended];
  const late = [...moment.late];
  let { act, next, left, trace } = moment;
  let steps = 0;
  let violation: string | undefined;
  if (!moment.world) for (const body of bodies) world.queue.put(body);

  function note(step: string): void {
    steps += 1;
    trace = { before: trace, step };
  }

  async function perform(call: Call, fault?: string): Promise<void> {
    note(`${call.process.role} ${call.process.id}: ${call.label}${fault ? `  <-- ${fault}` : ''}`);
    if (fault === 'executes-late') late.push(`${call.label} at ${world.now()}`);
    world.perform(call, fault === 'crash-after' ? undefined : fault);
    if (fault === 'crash-after') world.kill(call.process);
    else await settle();
    if (!isReading(call.kind)) violation ??= broken(world) ?? lost(world, keysOf, needs);
  }

  async function beginAct(): Promise<Next> {
    const begin = script[act];
    act += 1;
    if (!begin) return { kind: 'rest' };
    const before = world.now();
    const process = begin(world);
    await settle();
    if (process) return { kind: 'turn', process: process.id };
    // Where nothing happened, whoever goes on might have done so before.
    return world.now() > before ? { kind: 'between', last: undefined } : { kind: 'act' };
  }

  /** Whose turn it is, and for what. */
  function turn(): { readonly process: Process; readonly errand: Errand } | undefined {
    const { process: id } = next.kind === 'turn' ? next : {};
    const process = [...world.processes].find((one) => one.id === id);
    const errand = process && world.next(process);
    return errand && { process, errand };
  }

  async function takeTurn(id: number, fault?: string): Promise<Next> {
    const process = turn()?.process;
    if (!process) return afterTurn(id);
    await world.wake(process);
    const [call] = process.waiting;
    if (call) await perform(call, fault);
    return { kind: 'turn', process: id };
  }

  function suspend(id: number): Next {
    const its = turn();
    note(`${its?.process.role} ${id} is suspended before: ${its?.errand.label}`);
    suspended.push(id);
    return afterTurn(id);
  }

  /** Once a process has ended, or is suspended. */
  const afterTurn = (process: number): Next =>
    act > script.length ? { kind: 'rest' } : { kind: 'between', last: process };

  function resume(process: number): Next {
    suspended.splice(suspended.indexOf(process), 1);
    return { kind: 'turn', process };
  }

  function goToRest(): Next {
    const [process] = suspended;
    if (process !== undefined) return resume(process);
    left = nothingLeft;
    return { kind: 'calm', round: 1 };
  }

  async function takePlainWay(): Promise<Next> {
    switch (next.kind) {
      case 'act':
        return beginAct();
      case 'turn':
        return takeTurn(next.process);
      case 'between':
        return { kind: 'act' };
      case 'rest':
        return goToRest();
      case 'calm':
        if (!(await isBusyAfterRound(world, perform, () => violation !== undefined))) return { kind: 'over' };
        if (next.round === calmRounds) violation ??= 'stuck: the history does not end';
        // There is ever less to happen soon.
        world.pass(next.round * 6 * 60_000);
        return { kind: 'calm', round: next.round + 1 };
      case 'over':
        return next;
    }
  }

  async function takeOtherWay(way: Exclude<Way, { kind: 'plain' }>): Promise<Next> {
    if (way.kind === 'resume') return resume(way.process);
    if (next.kind !== 'turn') throw new Error(`nobody is there to ${way.kind}`);
    return way.kind === 'fault' ? takeTurn(next.process, way.fault) : suspend(next.process);
  }

  async function take(way: Way): Promise<void> {
    left = afterPaying(left, way);
    next = await (way.kind === 'plain' ? takePlainWay() : takeOtherWay(way));
  }

  /** The ways on from here, the plain one first. */
  function waysOn(): readonly Way[] {
    if (next.kind === 'between') {
      const { last } = next;
      return [plain, ...suspended.filter((id) => id !== last).map((process): Way => ({ kind: 'resume', process }))];
    }
    const its = turn();
    return its ? waysAt(its.process, its.errand, left) : [plain];
  }

  return {
    take,
    left: () => left,
    /** How many steps were taken here, without those before the moment. */
    steps: () => steps,
    violation: () => violation,
    /** All steps since the beginning. */
    trace(): readonly string[] {
      const all: string[] = [];
      for (let one = trace; one; one = one.before) all.push(one.step);
      return all.reverse();
    },
    /**
     * Plays on to the next place where a choice is, or where histories may meet.
     * @returns the ways on, the plain one first; none when the history is over
     */
    async choice(): Promise<readonly Way[]> {
      while (next.kind !== 'over' && !violation) {
        const ways = waysOn();
        if (ways.length > 1 || next.kind === 'calm' || isWrite(turn()?.errand)) return ways;
        await take(plain);
      }
      return [];
    },
    moment: (): Moment => ({
      world: world.state(),
      act,
      next,
      suspended: [...suspended],
      late: [...late],
      left,
      trace,
    }),
    /** All that what follows depends on, but for the budget. */
    state: (): string =>
      hash(
        'sha1',
        JSON.stringify([
          act,
          next,
          turn()?.errand.label,
          suspended,
          late,
          world.now(),
          [...world.table.items.values(), ...world.notes.items.values()].map(digestOfItem),
          world.queue.messages,
          world.queue.deadLetters,
          world.service.purchases().map(({ nonce }) => nonce),
          [...world.processes].map(({ id, told }) => [id, digestOf(told)]),
        ]),
      ),
  };
}

/** What waits is delivered, the timer ticks, a person helps. @returns whether more is to come */
async function isBusyAfterRound(
  world: World,
  perform: (call: Call) => Promise<void>,
  violated: () => boolean,
): Promise<boolean> {
  const run = async (process: Process | undefined): Promise<void> => {
    await settle();
    for (let call = process?.waiting[0]; call && !violated(); call = process?.waiting[0]) await perform(call);
  };
  for (const message of world.queue.visible()) await run(startHandler(world, [message], 0, ourHandler));
  await run(startReconciler(world, 'c0', 0));
  await run(startPerson(world, 0));
  return world.queue.messages.length > 0 || clustersOf(world).some(isBusy);
}

const isWrite = (errand: Errand | undefined): boolean => errand?.kind === 'write' || errand?.kind === 'message';

/** Items are never changed in place, and carry their keys. */
const digests = new WeakMap<object, string>();

function digestOfItem(item: object): string {
  const known = digests.get(item);
  if (known !== undefined) return known;
  const digest = hash('sha1', JSON.stringify(item));
  digests.set(item, digest);
  return digest;
}
