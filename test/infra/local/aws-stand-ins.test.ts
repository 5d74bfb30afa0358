import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { clientOf } from '../../../infra/local/aws-stand-ins/account.ts';
import { createAlarmTopic } from '../../../infra/local/aws-stand-ins/alarm-topic.ts';
import { createAlertQueue } from '../../../infra/local/aws-stand-ins/alert-queue.ts';
import { startLedgerTable } from '../../../infra/local/aws-stand-ins/ledger-table.ts';
import { startMessaging } from '../../../infra/local/aws-stand-ins/messaging.ts';
import { startSecretsManager } from '../../../infra/local/aws-stand-ins/secrets-manager.ts';
import { createCleanup } from '../../../infra/local/cleanup.ts';

jest.setTimeout(30_000);

const cleanup = createCleanup();
afterEach(() => cleanup.run());

async function startQueue() {
  const messaging = await startMessaging();
  cleanup.add(() => messaging.close());
  const sqs = new SQSClient(clientOf(messaging.endpoint));
  cleanup.add(() => sqs.destroy());
  const options = { visibilityTimeoutMs: 360_000, maxReceives: 8 };
  return { messaging, sqs, queue: await createAlertQueue(sqs, messaging.endpoint, options) };
}

test('the queue hides messages, and redrives them, as the stack says', async () => {
  const { sqs, queue } = await startQueue();
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue.alerts.url, AttributeNames: ['All'] }),
  );
  expect(Attributes).toMatchObject({
    QueueArn: queue.alerts.arn,
    VisibilityTimeout: '360',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queue.deadLetters.arn, maxReceiveCount: 8 }),
  });
});

test('an alarm on the topic comes to the queue in its SNS envelope', async () => {
  const { messaging, queue } = await startQueue();
  const sns = new SNSClient(clientOf(messaging.endpoint));
  cleanup.add(() => sns.destroy());
  const TopicArn = await createAlarmTopic(sns, queue.alerts.arn);
  const { MessageId } = await sns.send(new PublishCommand({ TopicArn, Subject: 'ALARM', Message: '{"a":1}' }));
  const { ready } = await messaging.inspect(queue.alerts.name);
  const envelope = z.record(z.string(), z.unknown()).parse(JSON.parse(ready[0]?.body ?? ''));
  expect(ready).toHaveLength(1);
  expect(envelope).toMatchObject({ Type: 'Notification', MessageId, TopicArn, Subject: 'ALARM', Message: '{"a":1}' });
});

test('a message has 1 MiB at most, and any character that SQS takes', async () => {
  const { messaging, sqs, queue } = await startQueue();
  const send = (MessageBody: string) =>
    sqs.send(new SendMessageCommand({ QueueUrl: queue.alerts.url, MessageBody })).then(() => 'taken', String);
  const mebibyte = 1024 * 1024;
  const bodies = ['high load 🔥 高负载', '\t\n\r \ue000\ufffd\u{10000}\u{10ffff}', '🔥'.repeat(mebibyte / 4)];
  for (const body of bodies) expect(await send(body)).toBe('taken');
  for (const body of ['\u0000', '\u001b', '\ufffe', 'x'.repeat(mebibyte + 1)])
    expect(await send(body)).not.toBe('taken');
  const { ready } = await messaging.inspect(queue.alerts.name);
  expect(ready.map(({ body }) => body)).toEqual(bodies);
});

test('looking into a queue that does not exist fails', async () => {
  const { messaging } = await startQueue();
  await expect(messaging.inspect('other')).rejects.toThrow('there is no queue other');
});

test('every stand-in is on the loopback interface', async () => {
  const { messaging } = await startQueue();
  const [table, secretsManager] = [await startLedgerTable(), await startSecretsManager()];
  cleanup.add(() => table.close());
  cleanup.add(() => secretsManager.close());
  for (const { endpoint } of [messaging, table, secretsManager])
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});
