import type { Source } from '../../../functions/domain/job/scale-job.ts';
import { alarmNotification, type Transition } from './alarm-messages.ts';
import type { Entrances, Sender } from './entrances.ts';
import type { Outcome } from './fates.ts';

/** What is told of one message of the demo. */
export interface Told {
  /** Short, for a table. */
  readonly what: string;
  /** As a sentence. */
  readonly title: string;
  /** Absent for what nobody can read. */
  readonly dialect?: Source;
  /** How it may end; what the config's limits allow decides between them. */
  readonly ends: readonly Outcome[];
}

export interface Chapter extends Told {
  /** Sends it. @returns what tells its message in the queue from others */
  send(entrances: Entrances): Promise<(body: string) => boolean>;
}

const is = (sent: string) => (body: string) => body === sent;

export const onQueue = (told: Told, sent: string): Chapter => ({
  ...told,
  async send({ send }) {
    await send(sent);
    return is(sent);
  },
});

export const onTopic = (told: Told, transition: Transition): Chapter => ({
  ...told,
  async send({ publishAlarm }) {
    const { subject, message } = alarmNotification(transition);
    const messageId = await publishAlarm(subject, message);
    // Nobody but SNS knows its envelope; the id of the SNS message is in it.
    return (body) => body.includes(`"MessageId":"${messageId}"`);
  },
});

export const bySchedule = (told: Told, schedule: string): Chapter => ({
  ...told,
  send: async ({ fireSchedule }) => is(await fireSchedule(schedule)),
});

export const byCommand = (told: Told, cluster: string, key: string): Chapter => ({
  ...told,
  send: async ({ enqueue }) => is(await enqueue(cluster, key)),
});

export const byWebhook = (told: Told & { readonly dialect: Sender }, cluster: string, sent: string): Chapter => ({
  ...told,
  async send({ post }) {
    await post(told.dialect, cluster, sent);
    return is(sent);
  },
});
