// The calm part of a history, in which every job must come to its end: no more faults, the last config, right clocks.
import type { ScaleJob } from '../../functions/domain/job/scale-job.ts';
import {
  type Handler,
  startAlarmCheck,
  startCorrection,
  startHandler,
  startPerson,
  startReconciler,
  startSwitch,
} from './actors.ts';
import { clustersOf, isAnswered, isBusy, jobOf, purchasesByKey } from './invariants.ts';
import { keyReaderOf, type Need } from './needs.ts';
import type { Call, Process } from './process.ts';
import { settle, type World } from './world.ts';

const calmRounds = 400;

interface CalmDeps {
  readonly world: World;
  readonly handler: Handler;
  readonly perform: (call: Call, fault: string | undefined) => Promise<void>;
  /** A process receives messages. */
  readonly delivered: (process: Process, bodies: readonly string[]) => void;
  readonly violated: () => boolean;
}

/** Every living process goes on, messages are delivered, the timer ticks, people help. */
export function createCalm({ world, handler, perform, delivered, violated }: CalmDeps) {
  const skewMs = world.gatewaySkewMs;
  const keysOf = keyReaderOf(world.config);

  const finish = async (process: Process | undefined): Promise<void> => {
    await settle();
    for (let call = process?.waiting[0]; process && call && !violated(); call = process.waiting[0]) {
      if (world.now() >= process.stopsAt) world.kill(process);
      else await perform(call, undefined);
    }
  };

  const tick = async (): Promise<void> => {
    for (const { name, purchase, pending, done } of clustersOf(world))
      if (purchase || Object.keys(pending).length + Object.keys(done).length > 0)
        await finish(startReconciler(world, name, skewMs));
  };

  const help = async (): Promise<void> => {
    for (const { name, paused } of clustersOf(world))
      if (paused) await finish(startSwitch(world, name, 'resume', skewMs));
    await finish(startCorrection(world, skewMs));
    await finish(startPerson(world, skewMs));
  };

  /** People put back what still is a job to the config: all but conflicts. @returns whether there was any */
  function redrive(): boolean {
    const letters = world.queue.deadLetters.filter(
      ({ body, attributes }) => attributes['reason'] !== 'conflict' && keysOf(body).some((key) => !jobOf(world, key)),
    );
    for (const letter of letters) world.queue.redrive(letter);
    return letters.length > 0;
  }

  async function run(frozen: ReadonlySet<Process>): Promise<void> {
    world.cloudwatch.calm();
    world.pass(world.lateWrites.lastInMs());
    for (const process of [...world.processes]) if (!frozen.has(process)) await finish(process);
    for (let round = 0; round < calmRounds && !violated(); round += 1) {
      for (const message of world.queue.visible()) {
        const process = startHandler(world, [message], skewMs, handler);
        delivered(process, [message.body]);
        await finish(process);
      }
      await tick();
      await help();
      const busy = clustersOf(world).some(isBusy);
      if (world.queue.messages.length === 0 && !busy && !redrive()) break;
      const next = Math.min(...world.queue.messages.map(({ visibleAt }) => visibleAt));
      world.pass(busy ? 5 * 60_000 : Math.max(next - world.now() - world.gatewaySkewMs, 1));
    }
  }
  /** An alarm that stands in a quiet cluster asks again, until it may not, or is told why it buys nothing. @returns whose does not */
  async function askAgain(): Promise<string | undefined> {
    const from = world.now();
    const silent = () => standing(world).find(({ key }) => (world.askedInVainAt(key) ?? 0) < from);
    for (let minute = 0; minute < askingMinutes && !violated() && silent(); minute += 1) {
      world.pass(60_000);
      await finish(startAlarmCheck(world, skewMs));
      await run(new Set());
    }
    const { key } = silent() ?? {};
    return key && `stuck: the alarm of ${key} stands, and does not ask again`;
  }
  return { tick, run, askAgain };
}

/** As long as all asks of a rule may take, with hours of cooldown after failures. */
const askingMinutes = 300;

/** Jobs whose alarm stands and may ask again, by the last config. */
function standing(world: World): readonly ScaleJob[] {
  return world.jobs().filter(({ key, cluster, alarmArn, wentOffAt = 0 }) => {
    const { alarms: [rule] = [] } = world.config.clusters[cluster] ?? {};
    const isRecorded = jobOf(world, key) !== undefined;
    // It has said that it may not any more.
    if (clustersOf(world).some(({ stillShort }) => stillShort?.key === key)) return false;
    return isRecorded && rule?.again && alarmArn !== undefined && world.cloudwatch.standsAsOf(alarmArn, wentOffAt);
  });
}

/** @param needs that arrived. @returns what has not come to its end */
export function unfinished(world: World, needs: Iterable<Need>): string | undefined {
  const busy = clustersOf(world).find(isBusy);
  if (busy?.purchase) return `stuck: the slot of ${busy.name} is still ${busy.purchase.phase}`;
  if (busy) return `stuck: nodes of ${Object.keys(busy.pending).join(', ')} are still awaited in ${busy.name}`;
  if (world.queue.messages.length > 0) return `stuck: ${world.queue.messages.length} messages still wait`;
  const paused = clustersOf(world).find((one) => one.paused);
  if (paused) return `stuck: ${paused.name} is still paused`;
  const dead = new Set(world.queue.deadLetters.map(({ body }) => body));
  const keysOf = keyReaderOf(world.config);
  const held = new Set([...dead].flatMap(keysOf));
  for (const need of needs)
    if (!isAnswered(world, need, (key) => jobOf(world, key) !== undefined)) {
      const keys = need.jobs.map(({ key }) => key);
      const dead = keys.some((key) => held.has(key)) ? ', and lies among the dead letters' : '';
      return `stuck: ${keys.join(' and ')} has no outcome${dead}`;
    }
  for (const key of purchasesByKey(world).keys())
    if (jobOf(world, key)?.outcome !== 'accepted')
      return `stuck: ${key} was bought, and its record says ${jobOf(world, key)?.outcome}`;
  return undefined;
}
