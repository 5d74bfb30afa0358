// Texts of others reach the terminal by every command that prints: none of them may reach it as it is.
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { aPurchase, aStory, aVerdict, sampleAt } from '../support/samples.ts';
import { configure } from './run.ts';
import { startStandIns } from './stand-ins.ts';
import { testClusters } from './support.ts';

const parts = await startStandIns();
const now = () => sampleAt + 60_000;

/** A right-to-left override, an isolate, a C1 control sequence, a clear screen, a concealed text, a line separator, a tag. */
const characters = ['\u202e', '\u2066', '\u009b', '\u001b[2J', '\u001b[8m', '\u2028', '\u{e0041}', '\u0007'];
const nasty = `load${characters.join('x')}\nforged line`;
const key = `alertmanager/edge-beijing/${nasty.replace('\n', '')}`;
const special = /[\p{Cf}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u;

const story = aStory({ reason: nasty, decision: nasty, requestedBy: nasty });
const verdict = aVerdict({ story, taskId: nasty, requestId: nasty });
await parts.ledger.copy('edge-beijing', key, verdict);
await parts.ledger.progress(key, nasty, { state: 'failed', code: nasty, message: nasty, at: sampleAt });
await parts.ledger.pause(await parts.ledger.readCluster('edge-beijing'), { by: nasty, reason: nasty, at: sampleAt });
await parts.ledger.arm(
  await parts.ledger.readCluster('edge-shanghai'),
  aPurchase({ key: `${key}2`, story, clusterId: nasty }),
);
configure({ ...testClusters });

const bury = async (MessageBody: string) => {
  const attributes = { reason: nasty.replace(/[\p{Cc}]/gu, ''), detail: '\u202edetail\u2066', source: 'grafana\u202e' };
  const { MessageId = '' } = await parts.sqs.send(
    new SendMessageCommand({
      QueueUrl: parts.info.deadLetterQueueUrl,
      MessageBody,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
    }),
  );
  return MessageId;
};
const body = 'no JSON \u202e\u2066\u009b\u2028\u{e0041}';
const [asText, asJson] = [await bury(body), await bury(JSON.stringify({ kind: body, '\u202ename': 1 }))];

test.each(
  [
    `show '${key}'`,
    `show '${key}' --json`,
    `show '${key}2'`,
    "show '\u202enobody'",
    'list',
    'list --json',
    'list --state failed',
    'clusters',
    'clusters --json',
    'dlq list',
    'dlq list --json',
    `dlq show ${asText}`,
    `dlq show ${asJson}`,
    `dlq show ${asJson} --json`,
    'dlq redrive --all --dry-run',
    'dlq redrive --all --dry-run --json',
    "dlq show '\u202e'",
    "resume edge-beijing --reason '\u202eover'",
    "pause edge-beijing --reason '\u202eagain'",
    `resolve '${key}' --abandon --reason '\u202e'`,
    "enqueue --cluster edge-beijing --add 1 --key \u202e --reason '\u2066launch'",
    "enqueue --cluster '\u202eedge' --add 1",
    "check '\u202e'",
    'doctor',
    "secrets set '\u202e'",
  ].map((line) => [encodeURIComponent(line), line] as const),
)('%s prints nothing that a terminal executes or hides', async (_, line) => {
  const { stdout, stderr } = await parts.run(line, { now });
  expect(stdout + stderr).not.toBe('');
  expect([stdout, stderr].map((text) => special.exec(text)?.[0])).toEqual([undefined, undefined]);
  expect(`${stdout}${stderr}`.split('\n').filter((printed) => printed.startsWith('forged'))).toEqual([]);
});

test('JSON keeps its value', async () => {
  const { stdout } = await parts.run(`show '${key}' --json`, { now });
  expect(JSON.parse(stdout)).toMatchObject({ jobs: [{ key, verdict: { taskId: nasty } }] });
});
