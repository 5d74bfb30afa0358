import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import * as z from 'zod';
import { createEvents } from '../../functions/adapters/events.ts';
import { subjectOf } from '../../functions/domain/events/event-subject.ts';
import { account, clientOf } from '../../infra/local/aws-stand-ins/account.ts';
import { type Messaging, startMessaging } from '../../infra/local/aws-stand-ins/messaging.ts';
import { anEvent } from '../support/events.ts';
import { closeServers, serveHttp } from '../support/loopback-server.ts';

let messaging: Messaging;
let sqs: SQSClient;
let sns: SNSClient;
let topicArn = '';
beforeAll(async () => {
  messaging = await startMessaging();
  sqs = new SQSClient(clientOf(messaging.endpoint));
  sns = new SNSClient(clientOf(messaging.endpoint));
});
beforeEach(async () => {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'scale-out-events' }));
  topicArn = TopicArn;
});
afterAll(async () => {
  sqs.destroy();
  sns.destroy();
  await closeServers();
  await messaging.close();
});

/** A subscriber that hears what its filter lets through. */
async function subscribe(name: string, filter?: object): Promise<void> {
  await sqs.send(new CreateQueueCommand({ QueueName: name }));
  await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: `arn:aws:sqs:${account.region}:${account.id}:${name}`,
      ...(filter && { Attributes: { FilterPolicy: JSON.stringify(filter) } }),
    }),
  );
}

const envelope = z.object({ Subject: z.string(), Message: z.string() });
const heard = async (name: string) =>
  (await messaging.inspect(name)).ready.map(({ body }) => envelope.parse(JSON.parse(body)));

test('a subscriber gets each event as JSON, with its subject, in the order in which they were published', async () => {
  await subscribe('all');
  const events = [anEvent('bought', { alarm: 'cpu "high" 边缘' }), anEvent('ready')];
  const published = createEvents(sns, topicArn);
  for (const event of events) await published.publish(event, subjectOf(event));
  expect(await heard('all')).toEqual(
    events.map((event) => ({ Subject: subjectOf(event), Message: JSON.stringify(event) })),
  );
});

test('a subscriber can ask for one cluster, or for some states', async () => {
  await subscribe('of-a', { cluster: ['a'] });
  await subscribe('for-people', { state: ['parked', 'overdue'] });
  const { publish } = createEvents(sns, topicArn);
  for (const cluster of ['a', 'b'])
    for (const state of ['bought', 'parked'] as const)
      await publish(anEvent(state, { cluster }), `${cluster} ${state}`);
  expect((await heard('of-a')).map(({ Subject }) => Subject)).toEqual(['a bought', 'a parked']);
  expect((await heard('for-people')).map(({ Subject }) => Subject)).toEqual(['a parked', 'b parked']);
});

test('what SNS does not take is thrown on', async () => {
  const { publish } = createEvents(sns, `${topicArn}-of-nobody`);
  await expect(publish(anEvent('bought'), 'bought')).rejects.toThrow();
});

test('an SNS that is down is thrown on', async () => {
  const down = await serveHttp((response) => response.writeHead(503).end());
  const { publish } = createEvents(new SNSClient({ ...clientOf(down.url), maxAttempts: 1 }), topicArn);
  await expect(publish(anEvent('bought'), 'bought')).rejects.toThrow();
  expect(down.requests).toHaveLength(1);
});
