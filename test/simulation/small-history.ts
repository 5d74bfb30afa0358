// One small history (one or two jobs, two handlers, the reconciler, a person) whose every turn is somebody else's choice:
// which fault strikes, who is suspended, who goes on. Without a choice, everything goes its plain way.
import { hash } from 'node:crypto';
import { ourHandler, startHandler, startPerson, startReconciler } from './actors.ts';
import { broken, clustersOf, isBusy, lost } from './invariants.ts';
import { keyReaderOf } from './scenario.ts';
import type { SmallCase } from './small-cases.ts';
import { type Call, createWorld, type Process, settle, type World } from './world.ts';

/** How many deviations from the plain course are left, of each kind and together. */
export interface Budget {
  readonly faults: number;
  readonly preemptions: number;
  readonly together: number;
}

/** What a way costs of the budget; going on as planned, and waking somebody up, cost nothing. */
export type Cost = 'nothing' | 'fault' | 'preemption';

export interface Choices {
  /**
   * @param ways what each way costs. The first one is the plain course.
   * @param state all that what follows depends on, but for the budget
   * @returns the index of the way to take, or undefined to give this history up
   */
  choose(ways: readonly Cost[], state: () => string, left: Budget): number | undefined;
  /** Whether an earlier history went the same way up to here: then its invariants held. */
  wentBefore(): boolean;
}

export interface Played {
  readonly violation: string | undefined;
  readonly trace: readonly string[];
}

/** One fault per way in which a purchase can end, as the protocol tells them apart. */
const purchaseFaultsHere = [
  'connection-refused',
  'request-lost',
  'reset-after-executing',
  'executes-late',
  'quota-exceeded',
];
const writeFaultsHere = ['not-applied', 'answer-lost', 'crash-after'];

export async function playSmallHistory(one: SmallCase, budget: Budget, choices: Choices): Promise<Played> {
  const { config, bodies, script, startAt, ...pace } = one;
  const random = () => 0.5;
  const world = createWorld({
    config,
    startAt,
    ...pace,
    initialNodes: 1,
    gatewaySkewMs: 0,
    listLagMs: 0,
    random,
  });
  const keysOf = keyReaderOf(config);
  const keys = new Set(bodies.flatMap(keysOf));
  const trace: string[] = [];
  const digestOf = createDigests();
  const suspended: Process[] = [];
  /** Requests on their way to the service, which nothing else shows. */
  const late: string[] = [];
  let left = budget;
  let violation: string | undefined;
  let [given, act] = [false, 0];

  async function perform(call: Call, fault: string | undefined): Promise<void> {
    trace.push(`${call.process.role} ${call.process.id}: ${call.label}${fault ? `  <-- ${fault}` : ''}`);
    if (fault === 'executes-late') late.push(`${call.label} at ${world.now()}`);
    world.perform(call, fault === 'crash-after' ? undefined : fault);
    if (fault === 'crash-after') world.kill(call.process);
    else await settle();
    if (call.kind !== 'read' && call.kind !== 'look' && !choices.wentBefore())
      violation ??= broken(world) ?? lost(world, keysOf, keys);
  }

  const state = (where: string) => (): string =>
    hash(
      'sha1',
      JSON.stringify([
        where,
        act,
        world.now() - startAt,
        [...world.table.items],
        world.queue.messages,
        world.queue.deadLetters,
        world.core.purchases().map(({ nonce }) => nonce),
        late,
        [...world.processes].map((process) => [process.id, digestOf(process)]),
      ]),
    );

  function choose(ways: readonly Cost[], where: string): number {
    const chosen = choices.choose(ways, state(where), left);
    given ||= chosen === undefined;
    left = afterPaying(left, ways[chosen ?? 0]);
    return chosen ?? 0;
  }

  /** Runs a process until it ends, is suspended, or the history is given up. */
  async function go(process: Process): Promise<void> {
    await settle();
    for (let call = process.waiting[0]; call && process.alive && !violation; call = process.waiting[0]) {
      const possible = possibleFaults(call, left);
      const ways: Cost[] = ['nothing', ...possible.map(() => 'fault' as const)];
      if (maySuspend(call, left)) ways.push('preemption');
      const chosen = ways.length === 1 && call.kind !== 'write' ? 0 : choose(ways, `${process.id} ${call.label}`);
      if (given) return;
      if (ways[chosen] === 'preemption') {
        suspended.push(process);
        trace.push(`${process.role} ${process.id} is suspended before: ${call.label}`);
        return;
      }
      await perform(call, possible[chosen - 1]);
    }
  }

  /** Between two acts, whoever is suspended may go on; but not who was the last to run, as if he had not been suspended. */
  async function resume(last: Process | undefined): Promise<void> {
    let ran = last;
    while (!violation && !given) {
      const able = suspended.filter((process) => process !== ran);
      if (able.length === 0) return;
      const process = able[choose(['nothing', ...able.map(() => 'nothing' as const)], 'between') - 1];
      if (!process) return;
      suspended.splice(suspended.indexOf(process), 1);
      await go(process);
      ran = process;
    }
  }

  for (const body of bodies) world.queue.put(body);
  for (const next of script) {
    if (violation || given) break;
    const before = world.now();
    const process = next(world);
    act += 1;
    if (process) await go(process);
    // Where nothing happened, whoever goes on might have done so before.
    if (process || world.now() > before) await resume(process);
  }
  for (let process = suspended.shift(); process && !violation && !given; process = suspended.shift()) await go(process);
  if (!violation && !given) choose(['nothing'], 'end');
  if (!violation && !given) violation = await finish(world, perform, () => violation);
  return { violation, trace };
}

/** Digests of all that a process was told. With them, two states of the world can be told apart. */
function createDigests() {
  const known = new Map<Process, { readonly length: number; readonly digest: string }>();
  return (process: Process): string => {
    const { told } = process;
    let { length, digest } = known.get(process) ?? { length: 0, digest: '' };
    for (; length < told.length; length += 1) digest = hash('sha1', digest + JSON.stringify(told[length] ?? null));
    known.set(process, { length, digest });
    return digest;
  };
}

/** Looks at ACK commute with everything but purchases, and a process that has seen nothing yet may as well start later. */
function maySuspend({ kind, process }: Call, { preemptions }: Budget): boolean {
  return preemptions > 0 && kind !== 'look' && process.told.length > 0;
}

function possibleFaults({ kind, process }: Call, { faults }: Budget): readonly string[] {
  if (faults === 0 || kind === 'read' || kind === 'look' || process.told.length === 0) return [];
  // Nothing follows an acknowledgement, so nothing can follow from its answer.
  if (kind === 'acknowledge') return ['not-applied'];
  return kind === 'purchase' ? purchaseFaultsHere : writeFaultsHere;
}

function afterPaying(left: Budget, cost: Cost | undefined): Budget {
  if (cost === 'nothing' || cost === undefined) return left;
  const together = left.together - 1;
  const faults = Math.min(left.faults - (cost === 'fault' ? 1 : 0), together);
  const preemptions = Math.min(left.preemptions - (cost === 'preemption' ? 1 : 0), together);
  return { faults, preemptions, together };
}

/** Without any more faults, everything comes to its end. */
async function finish(
  world: World,
  perform: (call: Call, fault: undefined) => Promise<void>,
  violated: () => string | undefined,
): Promise<string | undefined> {
  const run = async (process: Process | undefined): Promise<void> => {
    await settle();
    for (let call = process?.waiting[0]; call && !violated(); call = process?.waiting[0])
      await perform(call, undefined);
  };
  for (let round = 0; round < 60 && !violated(); round += 1) {
    for (const message of world.queue.visible()) await run(startHandler(world, [message], 0, ourHandler));
    await run(startReconciler(world, 'c0', 0));
    await run(startPerson(world, 0));
    const busy = clustersOf(world).some(isBusy);
    if (world.queue.messages.length === 0 && !busy) return violated();
    world.pass(6 * 60_000);
  }
  return violated() ?? 'stuck: the history does not end';
}
