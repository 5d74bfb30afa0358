// Every placement of a few faults and preemptions in small histories: one or two jobs, two handlers, the reconciler, a
// person. Depth first over the choices, replayed from the start each time; a state that was seen with the same budget
// left is not entered twice.
import { hash } from 'node:crypto';
import { type Config, checkedConfig } from '../../functions/domain/config-schema.ts';
import { timings } from '../../functions/domain/timings.ts';
import { ourHandler, startHandler, startPerson, startReconciler } from './actors.ts';
import { broken, clustersOf, isBusy, lost } from './invariants.ts';
import { clusterConfig, createKeyReader } from './scenario.ts';
import { type Call, createWorld, type Process, settle, type World } from './world.ts';

export interface Budget {
  readonly faults: number;
  readonly preemptions: number;
}

export interface ExhaustiveReport {
  readonly cases: number;
  histories: number;
  states: number;
  steps: number;
  readonly violations: { readonly what: string; readonly steps: readonly string[] }[];
}

interface Case {
  readonly config: Config;
  readonly bodies: readonly string[];
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

const startAt = Date.parse('2026-03-10T10:00:00Z');

export function cases(): readonly Case[] {
  const body = (key: string, add: number) =>
    JSON.stringify({
      version: 1,
      kind: 'manual',
      key,
      cluster: 'c0',
      add,
      requestedBy: 'sim',
      requestedAt: new Date(startAt).toISOString(),
    });
  const policies = [
    { exclusive: true, rearm: true },
    { exclusive: false, rearm: false },
  ];
  return policies.flatMap((policy) => {
    const config = checkedConfig({
      clusters: { c0: clusterConfig('c0', { ...policy, maxPerDay: 3, maxNodes: 5, cooldownMinutes: 0 }) },
    });
    // The same job twice, and two jobs of which only one fits the day.
    return [
      { config, bodies: [body('a', 2), body('a', 2)] },
      { config, bodies: [body('a', 2), body('b', 2)] },
    ];
  });
}

/** Says at each choice which way to go: along the path first, then always the first, harmless one. */
interface Choices {
  /** @returns the option to take, or undefined to give this history up */
  choose(options: number, state: () => string): number | undefined;
}

export async function exhaust(
  budget: Budget,
  onProgress?: (report: ExhaustiveReport) => void,
): Promise<ExhaustiveReport> {
  const all = cases();
  const report: ExhaustiveReport = { cases: all.length, histories: 0, states: 0, steps: 0, violations: [] };
  for (const one of all) {
    const seen = new Set<string>();
    const paths: number[][] = [[]];
    for (let path = paths.pop(); path; path = paths.pop()) {
      const prefix = path;
      let at = 0;
      const taken: number[] = [];
      const choices: Choices = {
        choose(options, state) {
          const known = prefix[at];
          at += 1;
          if (known !== undefined) {
            taken.push(known);
            return known;
          }
          const here = state();
          if (seen.has(here)) return undefined;
          seen.add(here);
          for (let option = options - 1; option > 0; option -= 1) paths.push([...taken, option]);
          taken.push(0);
          return 0;
        },
      };
      const { violation, trace } = await play(one, budget, choices);
      report.histories += 1;
      report.steps += trace.length;
      if (violation) report.violations.push({ what: violation, steps: trace });
      if (report.violations.length > 0) return report;
      if (report.histories % 1000 === 0) onProgress?.(report);
    }
    report.states += seen.size;
  }
  return report;
}

interface Played {
  readonly violation: string | undefined;
  readonly trace: readonly string[];
}

async function play({ config, bodies }: Case, budget: Budget, choices: Choices): Promise<Played> {
  let draws = 0;
  const random = () => {
    draws += 1;
    return (Math.imul(draws, 0x9e3779b1) >>> 0) / 2 ** 32;
  };
  const world = createWorld({ config, startAt, initialNodes: 1, gatewaySkewMs: 0, listLagMs: 0, random, trails: true });
  const keysOf = createKeyReader(config);
  const keys = new Set(bodies.flatMap(keysOf));
  const trace: string[] = [];
  const suspended: Process[] = [];
  let { faults, preemptions } = budget;
  let violation: string | undefined;
  let given = false;

  async function perform(call: Call, fault: string | undefined): Promise<void> {
    trace.push(`${call.process.role} ${call.process.id}: ${call.label}${fault ? `  <-- ${fault}` : ''}`);
    world.perform(call, fault === 'crash-after' ? undefined : fault);
    if (fault === 'crash-after') world.kill(call.process);
    else await settle();
    if (call.kind !== 'read' && call.kind !== 'look') violation ??= broken(world) ?? lost(world, keysOf, keys);
  }

  const stateNow = (who: string) => (): string =>
    hash(
      'sha1',
      JSON.stringify([
        who,
        faults,
        preemptions,
        world.now() - startAt,
        [...world.table.items],
        world.queue.messages,
        world.queue.deadLetters,
        world.core.purchases().map(({ nonce }) => nonce),
        [...world.processes].map(({ trail }) => trail),
      ]),
    );

  /** Runs a process until it ends, is preempted, or the history is given up. */
  async function go(process: Process): Promise<void> {
    await settle();
    for (let call = process.waiting[0]; call && process.alive && !violation && !given; call = process.waiting[0]) {
      // Looks at ACK commute with everything but purchases, and a process that has seen nothing yet may as well start later.
      if (call.kind === 'look' || process.trail === '') {
        await perform(call, undefined);
        continue;
      }
      const possible =
        faults === 0 || call.kind === 'read' ? [] : call.kind === 'purchase' ? purchaseFaultsHere : writeFaultsHere;
      const chosen = choices.choose(
        1 + possible.length + (preemptions > 0 && process.trail !== '' ? 1 : 0),
        stateNow(`${process.id} ${call.label}`),
      );
      if (chosen === undefined) given = true;
      else if (chosen === 0) await perform(call, undefined);
      else if (chosen <= possible.length) {
        faults -= 1;
        await perform(call, possible[chosen - 1]);
      } else {
        preemptions -= 1;
        suspended.push(process);
        trace.push(`${process.role} ${process.id} is suspended before: ${call.label}`);
        return;
      }
    }
  }

  /** Between two acts, whoever is suspended may go on. */
  async function resume(): Promise<void> {
    while (suspended.length > 0 && !violation && !given) {
      const chosen = choices.choose(1 + suspended.length, stateNow('between'));
      if (chosen === undefined) given = true;
      if (!chosen) return;
      const [process] = suspended.splice(chosen - 1, 1);
      if (process) await go(process);
    }
  }

  for (const act of script(world, bodies)) {
    if (violation || given) break;
    const process = act();
    if (process) await go(process);
    await resume();
  }
  for (let process = suspended.shift(); process && !violation && !given; process = suspended.shift()) await go(process);
  if (!violation && !given) violation = await finish(world, perform, () => violation);
  return { violation, trace };
}

/** What happens by itself, in order: messages, lease, fence, listings, forgetting, a person at every turn. */
function script(world: World, bodies: readonly string[]): readonly (() => Process | undefined)[] {
  const deliver = () => {
    const [message] = world.queue.visible();
    return message && startHandler(world, [message], 0, ourHandler);
  };
  const after = (ms: number, act: () => Process | undefined) => () => {
    world.pass(ms);
    return act();
  };
  const visit = () => (clustersOf(world).length > 0 ? startReconciler(world, 'c0', 0) : undefined);
  const person = () => startPerson(world, 0);
  for (const body of bodies) world.queue.put(body);
  return [
    deliver,
    deliver,
    after(timings.leaseMs + 1000, visit),
    after(timings.visibilityTimeoutMs, deliver),
    after(timings.fenceMs, visit),
    visit,
    person,
    after(timings.forgetAfterMs, visit),
  ];
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
