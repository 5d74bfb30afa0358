import type { Source } from '../../../functions/domain/job/scale-job.ts';
import { alarmNotification, type Transition } from './alarm-messages.ts';
import type { EntryPoints, Sender } from './entry-points.ts';
import type { Outcome } from './message-outcomes.ts';

/** What is description of one message of the demo. */
export interface MessageDescription {
  /** Short, for a table. */
  readonly what: string;
  /** As a sentence. */
  readonly title: string;
  /** Absent for what nobody can read. */
  readonly dialect?: Source;
  /** How it may end; what the config's limits allow decides between them. */
  readonly ends: readonly Outcome[];
}

export interface DemoMessage extends MessageDescription {
  /** Sends it. @returns what tells its message in the queue from others */
  send(entryPoints: EntryPoints): Promise<(body: string) => boolean>;
}

const is = (sent: string) => (body: string) => body === sent;

export const onQueue = (description: MessageDescription, sent: string): DemoMessage => ({
  ...description,
  async send({ send }) {
    await send(sent);
    return is(sent);
  },
});

export const onTopic = (description: MessageDescription, transition: Transition): DemoMessage => ({
  ...description,
  async send({ publishAlarm }) {
    const { subject, message } = alarmNotification(transition);
    const messageId = await publishAlarm(subject, message);
    // Nobody but SNS knows its envelope; the id of the SNS message is in it.
    return (body) => body.includes(`"MessageId":"${messageId}"`);
  },
});

export const bySchedule = (description: MessageDescription, schedule: string): DemoMessage => ({
  ...description,
  send: async ({ fireSchedule }) => is(await fireSchedule(schedule)),
});

export const byCommand = (description: MessageDescription, cluster: string, key: string): DemoMessage => ({
  ...description,
  send: async ({ enqueue }) => is(await enqueue(cluster, key)),
});

export const byWebhook = (
  description: MessageDescription & { readonly dialect: Sender },
  cluster: string,
  sent: string,
): DemoMessage => ({
  ...description,
  async send({ post }) {
    await post(description.dialect, cluster, sent);
    return is(sent);
  },
});
