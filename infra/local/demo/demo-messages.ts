// The messages of the demo, for any config: a purchase, a repeat, a late alert, a recovery, and a message that cannot be read.
import { randomUUID } from 'node:crypto';
import { scheduleInput } from '../../../functions/domain/config/schedule-input.ts';
import type { ClusterConfig, Config } from '../../../functions/domain/config/types.ts';
import { alarmEvent, type Transition } from './alarm-messages.ts';
import { byCommand, bySchedule, byWebhook, type DemoMessage, onQueue, onTopic } from './demo-message.ts';
import type { Outcome } from './message-outcomes.ts';
import { alertmanagerGroup, cloudMonitorRecovery } from './webhook-messages.ts';

const boughtOrNot: readonly Outcome[] = ['accepted', 'skipped'];

/** @param now epoch milliseconds */
export function demoMessages(config: Config, now: number): readonly DemoMessage[] {
  const clusters = Object.entries(config.clusters);
  const alarmed = clusters.find(([, { alarms }]) => alarms.length > 0);
  const [name, cluster] = alarmed ?? clusters[0] ?? [];
  if (name === undefined || cluster === undefined) throw new Error('the config holds no cluster');
  const key = madeUpKey();
  const manual = { what: 'manual job', dialect: 'manual', ends: boughtOrNot } as const;
  return [
    ...(alarmed ? alarmTwice(cluster, now) : []),
    byCommand({ ...manual, title: `A person asks for one node in ${name} (npx scale-out enqueue)` }, name, key),
    // A config without alarms also shows a replay and a skip.
    ...(alarmed ? [] : [jobAgain(name, key), dryRun(name, now)]),
    scheduledBump(config, name, cluster, now),
    lateAlert(name, cluster, now),
    recovery(name, cluster, now),
    onQueue(
      { what: 'poison', title: 'A message arrives that is no alert', ends: ['dead-lettered'] },
      `poison ${randomUUID()}`,
    ),
  ];
}

/** One alarm only: after a purchase, other alarms wait for the cooldown. */
function alarmTwice(cluster: ClusterConfig, now: number): readonly DemoMessage[] {
  const alarm = alarmOf(cluster);
  const by = Math.min(10, (cluster.alarms[0]?.steps[0]?.upperBound ?? 20) / 2);
  const transition: Transition = { alarm, by, at: now };
  const cloudwatch = { dialect: 'cloudwatch' } as const;
  const alarmTitle = `Alarm ${alarm} goes to ALARM (CloudWatch, through SNS)`;
  const again = 'The same transition arrives again (through EventBridge)';
  return [
    onTopic({ ...cloudwatch, what: 'alarm', title: alarmTitle, ends: boughtOrNot }, transition),
    onQueue(
      { ...cloudwatch, what: 'alarm again', title: again, ends: ['replayed'] },
      alarmEvent(transition, randomUUID()),
    ),
  ];
}

export const alarmOf = ({ alarms: [rule] }: Pick<ClusterConfig, 'alarms'>): string =>
  (rule?.name ?? 'load').replaceAll('*', 'demo');

const madeUpKey = (): string => `demo-${randomUUID().slice(0, 8)}`;

const jobAgain = (cluster: string, key: string): DemoMessage =>
  byCommand(
    { what: 'job again', title: 'The person asks again, with the same key', dialect: 'manual', ends: ['replayed'] },
    cluster,
    key,
  );

function dryRun(cluster: string, now: number): DemoMessage {
  const job = {
    version: 1,
    kind: 'manual',
    key: madeUpKey(),
    cluster,
    add: 1,
    requestedBy: 'npm start',
    requestedAt: new Date(now).toISOString(),
    dryRun: true,
  };
  const title = 'A person asks what would be bought';
  return onQueue({ what: 'dry run', title, dialect: 'manual', ends: ['skipped'] }, JSON.stringify(job));
}

function scheduledBump(config: Config, name: string, { limits }: ClusterConfig, now: number): DemoMessage {
  const description = { what: 'scheduled bump', dialect: 'schedule', ends: boughtOrNot } as const;
  const configured = Object.values(config.clusters).flatMap(({ schedules }) => schedules)[0];
  if (configured) return bySchedule({ ...description, title: `Schedule ${configured.name} fires` }, configured.name);
  const made = { name: 'demo-bump', at: 'rate(1 day)', reach: Math.min(8, limits.maxNodes) };
  const input = scheduleInput(name, made, `${new Date(now).toISOString().slice(0, 19)}Z`);
  return onQueue({ ...description, title: `A schedule fires: reach ${made.reach} nodes` }, JSON.stringify(input));
}

function lateAlert(name: string, cluster: ClusterConfig, now: number): DemoMessage {
  const minutes = cluster.staleAfterMinutes + 1;
  const title = `Alertmanager sends an alert that began ${minutes} minutes ago (webhook)`;
  const ends: readonly Outcome[] = [cluster.alarms.length > 0 ? 'skipped' : 'ignored'];
  const group = alertmanagerGroup(alarmOf(cluster), now - minutes * 60_000);
  return byWebhook({ what: 'late alert', title, dialect: 'alertmanager', ends }, name, group);
}

function recovery(name: string, cluster: ClusterConfig, now: number): DemoMessage {
  const title = 'CloudMonitor sends the end of an alert (webhook, token in the path)';
  const form = cloudMonitorRecovery(alarmOf(cluster), now);
  return byWebhook({ what: 'recovery', title, dialect: 'cloudmonitor', ends: ['ignored'] }, name, form);
}
