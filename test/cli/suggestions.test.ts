// What a command suggests can be pasted as it stands: it leads back to the place that the command itself was told.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, expect, test } from '@jest/globals';
import { closeServers } from '../support/loopback-server.ts';
import { aPurchase, aStory, aVerdict, aWait, minute } from '../support/samples.ts';
import { home, run } from './run.ts';
import { configMetadata, serveStack } from './serve-stack.ts';
import { type StandIns, startStandIns } from './stand-ins.ts';
import { type Outcome, testClusters } from './support.ts';

const flags = '--stack edge --profile on-call --region eu-west-1';
const key = (name: string) => `manual/edge-beijing/${name}`;
const other = 'manual/edge-shanghai/parked';

const parts = await startStandIns();
const outputs = {
  QueueUrl: parts.info.queueUrl,
  DeadLetterQueueUrl: parts.info.deadLetterQueueUrl,
  TableName: parts.info.tableName,
  NotesTableName: parts.info.notesTableName,
  LoginSecretId: parts.info.secretIds['login'] ?? '',
  ConfigResource: 'ScaleOut',
};
const stack = await serveStack(outputs, configMetadata(testClusters));
mkdirSync(join(home, '.aws'));
writeFileSync(join(home, '.aws/credentials'), '[on-call]\naws_access_key_id = test\naws_secret_access_key = test\n');
await fill(parts);
afterAll(closeServers);

async function fill({ ledger, waits, sqs, info }: StandIns): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: info.deadLetterQueueUrl, MessageBody: 'no alert' }));
  await waits.note(aWait({ key: key('waits'), cluster: 'edge-beijing', at: Date.now() }));
  const resolution = { by: 'ana', reason: 'no order', rearmedAs: key('again-n1') };
  await ledger.copy('edge-beijing', key('abandoned'), aVerdict({ outcome: 'abandoned', resolution }));
  await ledger.copy('edge-beijing', key('rejected'), aVerdict({ outcome: 'rejected', code: 'QuotaExceeded' }));
  for (const cluster of ['edge-beijing', 'edge-shanghai']) {
    const parked = aPurchase({ key: `manual/${cluster}/parked`, signedAt: Date.now() - 40 * minute, story: aStory() });
    await ledger.arm(await ledger.readCluster(cluster), parked);
    await ledger.mark(cluster, parked.nonce);
    await ledger.park(cluster, parked.nonce, 'T-7 could be it');
  }
}

function runThere(line: string): Promise<Outcome> {
  // The credentials are those of the profile: with others in the environment, a profile that is lost would not be missed.
  const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _secret, AWS_REGION: _region, ...aws } = parts.aws;
  const env = { ...aws, AWS_ENDPOINT_URL_CLOUDFORMATION: stack.url };
  return run(`${line} ${flags}`, env, { input: '{"password":"aA1-login-pass"}' });
}

test.each<[string, string, string]>([
  ['show, of a job that waits', 'show waits', 'dlq list'],
  ['show, of a job that was asked for again', 'show abandoned', `show ${key('again-n1')}`],
  ['show, of what is parked', `show ${key('parked')}`, `resolve ${key('parked')} --accepted TASK_ID --reason TEXT`],
  ['show, as JSON', `show ${key('parked')} --json`, `resolve ${key('parked')} --accepted TASK_ID --reason TEXT`],
  ['list', 'list --limit 1', 'list --limit 1 --cursor CURSOR'],
  ['enqueue', 'enqueue --cluster edge-beijing --add 1 --key new', `show ${key('new')}`],
  ['pause', 'pause edge-beijing --reason r', 'resume edge-beijing --reason TEXT'],
  ['resolve', `resolve ${other} --accepted T-7 --force --reason r`, `show ${other}`],
  ['dlq list', 'dlq list', 'dlq redrive --all --dry-run'],
  ['secrets set', 'secrets set login', 'doctor'],
])('%s suggests what to do next', async (_what, line, suggested) => {
  const { code, stdout, stderr } = await runThere(line);
  expect({ code, stderr: stderr.replace('Using the stack edge.\n', '') }).toEqual({ code: 0, stderr: '' });
  expect(stdout.replace(/--cursor \S+/, '--cursor CURSOR')).toMatch(ending(suggested));
});

test.each<[string, string, number, string]>([
  ['show, of a key that nobody knows', 'show nobody', 1, 'dlq list'],
  ['resolve, of a key that nobody knows', 'resolve nobody --abandon --reason r', 1, 'dlq list'],
  ['resolve, of what is settled', 'resolve rejected --abandon --reason r', 1, 'enqueue'],
  ['dlq show, of a letter that is not there', 'dlq show nobody', 1, 'dlq list'],
  ['dlq drop, without a yes', "dlq drop 'an id'", 2, "dlq show 'an id'"],
])('%s suggests what to do instead', async (_what, line, code, suggested) => {
  const outcome = await runThere(line);
  expect(outcome.code).toBe(code);
  expect(outcome.stderr).toMatch(ending(suggested));
});

/** The command with the place that it leads to, and nothing after it but the end of the sentence or of the JSON text. */
function ending(command: string): RegExp {
  return new RegExp(`npx scale-out ${RegExp.escape(`${command} ${flags}`)}(\\)|",?)?\n`);
}
