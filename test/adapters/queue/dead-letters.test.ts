// Against fauxqs over loopback: what the operator's dlq commands do to the two queues.
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildApp } from 'fauxqs';
import { createDeadLetters } from '../../../functions/adapters/queue/dead-letters.ts';

const app = buildApp({ logger: false });
let sqs: SQSClient;
let endpoint = '';
beforeAll(async () => {
  endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  sqs = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(async () => {
  sqs.destroy();
  await app.close();
});

let count = 0;
async function bench(letters: number) {
  count += 1;
  const urls = { queue: `${endpoint}/000000000000/q${count}`, deadLetters: `${endpoint}/000000000000/d${count}` };
  for (const QueueName of [`q${count}`, `d${count}`]) await sqs.send(new CreateQueueCommand({ QueueName }));
  const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
  for (let n = 0; n < letters; n += 1)
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: urls.deadLetters,
        MessageBody: `body ${n}`,
        MessageAttributes: {
          source: attribute('grafana'),
          clusters: attribute('edge,north'),
          reason: attribute('conflict'),
          detail: attribute('why'),
        },
      }),
    );
  return { urls, deadLetters: createDeadLetters(sqs, urls) };
}

test('letters are held, all or as many as asked for, and not seen twice until they are released', async () => {
  const { deadLetters } = await bench(12);
  const some = await deadLetters.hold(5);
  const rest = await deadLetters.hold(100);
  expect([some.length, rest.length]).toEqual([5, 7]);
  expect(await deadLetters.hold(1)).toEqual([]);
  await deadLetters.release([...some, ...rest]);
  const again = await deadLetters.hold(100);
  expect(again.map(({ body }) => body).toSorted()).toEqual([...some, ...rest].map(({ body }) => body).toSorted());
});

test('a letter is redriven as the alert that it was, without the marks of its death', async () => {
  const { deadLetters, urls } = await bench(1);
  const [letter] = await deadLetters.hold(1);
  if (!letter) throw new Error('no letter');
  expect(letter).toMatchObject({
    body: 'body 0',
    attributes: { source: 'grafana', clusters: 'edge,north', reason: 'conflict', detail: 'why' },
  });
  // As the text of a binary attribute reads.
  const id = await deadLetters.redrive({ ...letter, attributes: { ...letter.attributes, binary: '' } });
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: urls.queue, MessageAttributeNames: ['All'] }),
  );
  expect(Messages).toMatchObject([
    {
      MessageId: id,
      Body: 'body 0',
      MessageAttributes: { source: { StringValue: 'grafana' }, clusters: { StringValue: 'edge,north' } },
    },
  ]);
  expect(Object.keys(Messages[0]?.MessageAttributes ?? {}).toSorted()).toEqual(['arrivedAt', 'clusters', 'source']);
  expect(Messages[0]?.MessageAttributes?.['arrivedAt']).toMatchObject({ StringValue: String(letter.sentAt) });
  await deadLetters.release([letter]).catch(() => undefined);
  expect(await deadLetters.hold(1)).toEqual([]);
});

test('a dropped letter is gone', async () => {
  const { deadLetters } = await bench(1);
  for (const letter of await deadLetters.hold(1)) await deadLetters.drop(letter);
  expect(await deadLetters.hold(10)).toEqual([]);
});
