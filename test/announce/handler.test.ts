import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Context, DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod';
import { jobEventSchema } from '../../functions/domain/events/job-event-schema.ts';
import { account, clientOf } from '../../infra/local/aws-stand-ins/account.ts';
import { type Messaging, startMessaging } from '../../infra/local/aws-stand-ins/messaging.ts';
import { asDeployed, testMissingVariables } from '../support/function-stand-ins.ts';
import { recordsOfAPurchase } from './records.ts';

let messaging: Messaging;
let topicArn = '';

beforeAll(async () => {
  messaging = await startMessaging();
  const [sqs, sns] = [new SQSClient(clientOf(messaging.endpoint)), new SNSClient(clientOf(messaging.endpoint))];
  await sqs.send(new CreateQueueCommand({ QueueName: 'subscriber' }));
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'scale-out-events' }));
  const Endpoint = `arn:aws:sqs:${account.region}:${account.id}:subscriber`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  topicArn = TopicArn;
  sqs.destroy();
  sns.destroy();
});
beforeEach(() => void jest.resetModules());
const { lines } = asDeployed(() => ({
  AWS_REGION: account.region,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_SNS: messaging.endpoint,
  EVENT_TOPIC_ARN: topicArn,
  STACK_NAME: 'EdgeScaleOut',
}));
afterAll(() => messaging.close());

async function invoke(Records: DynamoDBRecord[]): Promise<unknown> {
  const { handler } = await import('../../functions/announce/handler.ts');
  return handler({ Records }, { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 60_000 } as Context);
}

testMissingVariables(['EVENT_TOPIC_ARN', 'STACK_NAME'], () => import('../../functions/announce/handler.ts'));

test('the handler of the stream tells subscribers, and writes log and metrics', async () => {
  expect(await invoke([...recordsOfAPurchase('manual/edge/sale-1', 1)])).toEqual({ batchItemFailures: [] });
  const { ready } = await messaging.inspect('subscriber');
  const heard = ready.map(({ body }) => z.object({ Message: z.string() }).parse(JSON.parse(body)).Message);
  expect(heard.map((message) => jobEventSchema.parse(JSON.parse(message)).state)).toEqual(['bought', 'ready']);
  expect(lines()).toContainEqual(
    expect.objectContaining({ message: 'announced', state: 'ready', function_request_id: 'request-1' }),
  );
  expect(lines()).toContainEqual(
    expect.objectContaining({ service: 'EdgeScaleOut', cluster: 'edge', Purchases: 1, NodesBought: 3, NodesReady: 3 }),
  );
});

test('what was not told comes back, from there on', async () => {
  process.env['EVENT_TOPIC_ARN'] = `${topicArn}-of-nobody`;
  const records = [...recordsOfAPurchase('manual/edge/sale-2', 1)];
  expect(await invoke(records)).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
  expect(lines()).toEqual([
    expect.objectContaining({ level: 'ERROR', message: 'announce-failed', sequenceNumber: '2' }),
  ]);
});
