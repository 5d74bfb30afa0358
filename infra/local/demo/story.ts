// What the demo sends, for whatever clusters the config holds: something to buy, the same again, something that comes
// too late, and something that nobody can read.
import { randomUUID } from 'node:crypto';
import type { ClusterConfig, Config } from '../../../functions/domain/config-schema.ts';
import { scheduleInput } from '../../schedule-input.ts';
import type { Engine } from '../engine.ts';
import { alarmEvent, alarmNotification, type Transition } from './alarm-messages.ts';
import type { Outcome } from './fates.ts';

/** The ways into the system. */
type Entrances = Pick<Engine, 'send' | 'publishAlarm' | 'fireSchedule'>;

export interface Chapter {
  /** Short, for a table. */
  readonly what: string;
  /** As a sentence. */
  readonly title: string;
  /** How it may end; what the config's limits allow decides between them. */
  readonly ends: readonly Outcome[];
  /** Sends it. @returns what tells its message in the queue from others */
  send(engine: Entrances): Promise<(body: string) => boolean>;
}

const boughtOrNot: readonly Outcome[] = ['accepted', 'skipped'];

/** @param now epoch milliseconds */
export function tellStory(config: Config, now: number): readonly Chapter[] {
  const clusters = Object.entries(config.clusters);
  const alarmed = clusters.find(([, { alarms }]) => alarms.length > 0);
  const [name, cluster] = alarmed ?? clusters[0] ?? [];
  if (name === undefined || cluster === undefined) throw new Error('the config holds no cluster');
  const key = `demo-${randomUUID().slice(0, 8)}`;
  return [
    ...(alarmed ? alarmTwice(cluster, now) : []),
    onQueue('manual job', `A person asks for one node in ${name}`, boughtOrNot, manualJob(name, key, now - 1000)),
    // A config without alarms has replays and skips, too.
    ...(alarmed
      ? []
      : [onQueue('job again', 'The person asks again, with the same key', ['replayed'], manualJob(name, key, now))]),
    scheduledBump(config, name, cluster, now),
    alarmed ? lateAlarm(config, cluster, now) : dryRun(name, now),
    onQueue('poison', 'A message that is no alert at all arrives', ['dead-lettered'], `poison ${randomUUID()}`),
  ];
}

function alarmTwice(cluster: ClusterConfig, now: number): readonly Chapter[] {
  const transition = transitionFor(cluster, now);
  const again = alarmEvent(transition, randomUUID());
  return [
    onTopic('alarm', `Alarm ${transition.alarm} goes off (CloudWatch, through SNS)`, boughtOrNot, transition),
    onQueue('alarm again', 'The same transition arrives again (through EventBridge)', ['replayed'], again),
  ];
}

/** Older than any cluster waits: another one may have a rule that fits the alarm's name better. */
function lateAlarm({ clusters }: Config, cluster: ClusterConfig, now: number): Chapter {
  const minutesLate = Math.max(...Object.values(clusters).map(({ staleAfterMinutes }) => staleAfterMinutes)) + 1;
  const transition = transitionFor(cluster, now - minutesLate * 60_000);
  return onTopic('late alarm', `An alarm arrives that is ${minutesLate} minutes old`, ['skipped'], transition);
}

/** Of the cluster's first rule, by an amount within its first step. */
function transitionFor({ alarms: [rule] }: ClusterConfig, at: number): Transition {
  const alarm = (rule?.name ?? '').replaceAll('*', 'demo');
  return { alarm, by: Math.min(10, (rule?.steps[0]?.upperBound ?? 20) / 2), at };
}

function scheduledBump(config: Config, name: string, { limits }: ClusterConfig, now: number): Chapter {
  const configured = Object.values(config.clusters).flatMap(({ schedules }) => schedules)[0];
  if (configured)
    return {
      what: 'scheduled bump',
      title: `Schedule ${configured.name} fires`,
      ends: boughtOrNot,
      async send(engine) {
        const sent = await engine.fireSchedule(configured.name);
        return (body) => body === sent;
      },
    };
  const made = { name: 'demo-bump', at: 'rate(1 day)', reach: Math.min(8, limits.maxNodes) };
  const input = scheduleInput(name, made, `${new Date(now).toISOString().slice(0, 19)}Z`);
  return onQueue('scheduled bump', `A schedule fires: reach ${made.reach} nodes`, boughtOrNot, JSON.stringify(input));
}

const dryRun = (cluster: string, now: number): Chapter =>
  onQueue(
    'dry run',
    'A person asks what would be bought',
    ['skipped'],
    manualJob(cluster, `demo-${randomUUID().slice(0, 8)}`, now, { dryRun: true }),
  );

const manualJob = (cluster: string, key: string, at: number, more: { readonly dryRun?: true } = {}): string =>
  JSON.stringify({
    version: 1,
    kind: 'manual',
    key,
    cluster,
    add: 1,
    reason: 'npm start',
    requestedBy: 'npm start',
    requestedAt: new Date(at).toISOString(),
    ...more,
  });

const onQueue = (what: string, title: string, ends: readonly Outcome[], sent: string): Chapter => ({
  what,
  title,
  ends,
  async send(engine) {
    await engine.send(sent);
    return (body) => body === sent;
  },
});

const onTopic = (what: string, title: string, ends: readonly Outcome[], transition: Transition): Chapter => ({
  what,
  title,
  ends,
  async send(engine) {
    const { subject, message } = alarmNotification(transition);
    const messageId = await engine.publishAlarm(subject, message);
    // Nobody but SNS knows its envelope; the id of the SNS message is in it.
    return (body) => body.includes(`"MessageId":"${messageId}"`);
  },
});
