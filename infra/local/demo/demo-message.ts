import type { Source } from '../../../functions/domain/job/scale-job.ts';
import { alarmNotification, type Transition } from './alarm-messages.ts';
import type { EntryPoints, Sender } from './entry-points.ts';
import type { Outcome } from './message-outcomes.ts';

export interface MessageDescription {
  /** Short, for a table. */
  readonly what: string;
  readonly title: string;
  /** Absent for a message that cannot be read. */
  readonly dialect?: Source;
  /** Allowed outcomes: the limits of the config decide. */
  readonly ends: readonly Outcome[];
}

export interface DemoMessage extends MessageDescription {
  /** @returns a test that recognizes its message on the queue */
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
    // The envelope of SNS has the id of the message.
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
