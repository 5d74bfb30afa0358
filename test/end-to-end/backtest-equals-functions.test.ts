// The same trace through the bundles as they are deployed, with the stand-ins of the local engine, and through a backtest: the same
// decisions, minute by minute, in the same words.
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, expect, jest, test } from '@jest/globals';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import { timings } from '../../functions/domain/timings.ts';
import { alarmArn, thresholdReason } from '../../infra/local/aws-stand-ins/alarm-texts.ts';
import { createCleanup } from '../../infra/local/cleanup.ts';
import { defaultOptions } from '../../infra/local/engine-options.ts';
import { createLambdaFunctions } from '../../infra/local/lambda-functions.ts';
import { secretIds, startServices } from '../../infra/local/services.ts';
import { sqsRecordOf } from '../../infra/local/sqs-record.ts';
import { aWorld, playLoads, pricedPolicy, steady } from '../backtest/play-loads.ts';
import { minute, sampleAt } from '../support/samples.ts';
import { startSharedClock } from './shared-clock.ts';

jest.setTimeout(300_000);
const cleanup = createCleanup();
afterAll(() => cleanup.run());

/** The threshold of the stand-in's alarms. */
const threshold = 50;
const [alarm, initialNodes, perNode] = ['edge-load', 4, 100];
const pace = { taskMinutes: 2, joinMinutes: 1 };
const policy = pricedPolicy({
  cooldownMinutes: 3,
  limits: { maxNodes: 8 },
  alarms: [
    {
      name: 'edge-*',
      steps: [
        { lowerBound: 0, upperBound: 20, add: 1 },
        { lowerBound: 20, add: 2 },
      ],
      again: { afterMinutes: 2, times: 5 },
    },
  ],
});

/** Quiet, more than four nodes should do, quiet again, and more than it may ever have. */
const loads = [...steady(100, 3), ...steady(250, 10), ...steady(120, 6), ...steady(700, 20)];

interface Decided {
  readonly minute: number;
  readonly kind: string;
  readonly count: number;
  readonly says: string;
}

async function throughFunctions(): Promise<readonly Decided[]> {
  const clock = startSharedClock(sampleAt);
  cleanup.add(() => clock.close());
  const config = checkedConfig({ clusters: { edge: policy } });
  const clusters = [{ id: policy.id, region: policy.region, initialNodes }];
  const simulator = {
    clusters,
    now: clock.now,
    taskDurationMs: pace.taskMinutes * minute,
    nodeJoinMs: pace.joinMinutes * minute,
  };
  const options = { ...defaultOptions(), simulator };
  const { info, sqs, queue, cloudwatch, simulator: ack } = await startServices(options, config, cleanup);
  const decided: Decided[] = [];
  const functions = createLambdaFunctions({
    timeoutMs: timings.functionTimeoutMs,
    endpoints: { ...info.endpoints, ack: ack.url },
    onLine: (_, line) => decided.push(...decisionIn(line)),
    config,
  });
  cleanup.add(() => functions.close());
  const env = {
    ...{
      TABLE_NAME: info.tableName,
      NOTES_TABLE_NAME: info.notesTableName,
      READ_ALARMS: 'yes',
      QUEUE_URL: info.queueUrl,
    },
    ...{ ACK_SECRET_ID: secretIds.ack, LOGIN_SECRET_ID: secretIds.login, ...clock.env },
  };
  const queues = { QUEUE_ARN: queue.alerts.arn, DEAD_LETTER_QUEUE_URL: info.deadLetterQueueUrl };
  const scaleOut = await functions.start('scale-out', 1, { ...env, ...queues });
  cleanup.add(() => scaleOut.stop());
  const reconcile = await functions.start('reconcile', 1, env);
  cleanup.add(() => reconcile.stop());
  const receive = async () =>
    (
      await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: info.queueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['All'],
        }),
      )
    ).Messages ?? [];

  let isOff = true;
  for (const [at, load] of loads.entries()) {
    clock.set(sampleAt + at * minute);
    const ready = ack.core.nodesOf(policy.id).filter(({ status }) => status === 'Ready').length;
    const value = (100 * load) / (perNode * ready);
    cloudwatch.measure(alarm, value, clock.now());
    if (value > threshold && isOff)
      await sqs.send(
        new SendMessageCommand({ QueueUrl: info.queueUrl, MessageBody: notification(value, clock.now()) }),
      );
    isOff = value <= threshold;
    await reconcile.invoke({});
    const messages = await receive();
    if (messages.length === 0) continue;
    const back = await scaleOut.invoke({ Records: messages.map((message) => sqsRecordOf(message, queue.alerts.arn)) });
    expect(back).toEqual({ batchItemFailures: [] });
    for (const { ReceiptHandle } of messages)
      await sqs.send(new DeleteMessageCommand({ QueueUrl: info.queueUrl, ReceiptHandle }));
  }
  // Waits for what they print.
  await Promise.all([scaleOut.stop(), reconcile.stop()]);
  return decided;
}

const notification = (value: number, at: number): string =>
  JSON.stringify({
    AlarmName: alarm,
    AlarmArn: alarmArn(alarm),
    NewStateValue: 'ALARM',
    NewStateReason: thresholdReason(value, threshold, at),
    StateChangeTime: new Date(at).toISOString().replace('Z', '+0000'),
  });

interface Line {
  readonly message: string;
  readonly timestamp: string;
  readonly kind?: string;
  readonly count?: number;
  readonly why?: string;
}

function decisionIn(text: string): readonly Decided[] {
  const { message, timestamp, kind = '', count = 0, why = '' } = JSON.parse(text) as Line;
  // A line may arrive after the answer of its invocation.
  const at = (Date.parse(timestamp) - sampleAt) / minute;
  if (message === 'decided') return [{ minute: at, kind, count, says: why }];
  return message === 'asked-in-vain' ? [{ minute: at, kind: 'skip', count, says: why }] : [];
}

const kinds = { bought: 'buy', skipped: 'skip', waited: 'defer' } as const;

test('the functions as they are deployed decide as their backtest does', async () => {
  const played = await playLoads(loads, {
    policy,
    world: aWorld({
      ...{ initialNodes, ...pace },
      alarm: { kind: 'threshold', name: alarm, above: threshold, of: 'percent', forMinutes: 1, lagMinutes: 0 },
    }),
  });
  const decided = played.decisions.map(({ minute: at, outcome, count, says }) => ({
    ...{ minute: at, kind: kinds[outcome as keyof typeof kinds], count, says },
  }));
  expect(decided.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['buy', 'skip']));
  expect(decided.filter(({ kind }) => kind === 'buy').length).toBeGreaterThan(2);
  expect(await throughFunctions()).toEqual(decided);
});
