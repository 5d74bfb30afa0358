import { afterEach, expect, test } from '@jest/globals';
import { closeServers, type HttpServer } from '../support/loopback-server.ts';
import { expectFailure, expectSuccess, run } from './run.ts';
import { configMetadata, serveStack } from './serve-stack.ts';
import { startStandIns } from './stand-ins.ts';
import { testClusters } from './support.ts';

const parts = await startStandIns();
afterEach(closeServers);

const outputs = () => ({
  QueueUrl: parts.info.queueUrl,
  DeadLetterQueueUrl: parts.info.deadLetterQueueUrl,
  TableName: parts.info.tableName,
  NotesTableName: parts.info.notesTableName,
  ConfigResource: 'ScaleOut',
});
const stackOfOurs = () => serveStack(outputs(), configMetadata(testClusters));
const runBeside = (server: HttpServer, line: string) =>
  run(line, { ...parts.engine, ...parts.aws, AWS_ENDPOINT_URL_CLOUDFORMATION: server.url });

test('enqueue sends to the queue in the outputs of the stack, although a local engine runs', async () => {
  const server = await stackOfOurs();
  const outcome = await runBeside(server, 'enqueue --cluster edge-beijing --add 1 --key k --stack edge');
  expect(await parts.receive()).toHaveLength(1);
  expectSuccess(outcome);
  expect(outcome.stdout).toMatch(/^Using the stack edge\.\n/);
  expect(outcome.stdout).toContain('npx scale-out show manual/edge-beijing/k --stack edge\n');
});

test('show reads the table in the outputs of the stack, with the option before the command too', async () => {
  const { ledger } = parts;
  await ledger.readCluster('edge-beijing');
  const server = await stackOfOurs();
  const { code, stdout } = await runBeside(server, '--stack edge --region eu-west-1 show nobody');
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'Using the stack edge.\n' });
  expect(server.requests.map(({ body }) => new URLSearchParams(body).get('Action'))).toEqual([
    'DescribeStacks',
    'DescribeStackResource',
  ]);
});

test('a stack that does not exist is wrong usage, told with the region that was asked', async () => {
  const { code, stdout, stderr } = await runBeside(await stackOfOurs(), 'show k --stack other --region eu-west-1');
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: '',
    stderr: 'error: --stack: other does not exist in eu-west-1; check the name, --region and --profile\n',
  });
});

test('a stack of another project is wrong usage', async () => {
  const { code, stderr } = await runBeside(await serveStack({ BucketName: 'b' }), 'show k --stack edge');
  expect(code).toBe(2);
  expect(stderr).toBe(
    'error: --stack: edge has no output QueueUrl, DeadLetterQueueUrl, TableName; name the stack of npx cdk deploy\n',
  );
});

test('an AWS region that nobody names is told with its remedy', async () => {
  expectFailure(await run('show k --stack edge'), 'error: Region is missing; give --region or set AWS_REGION\n');
});

test('AWS credentials that nobody has are told with their remedy', async () => {
  const { code, stderr } = await run('show k --stack edge --region eu-west-1');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: CredentialsProviderError: [^\n]+; give a --profile of your AWS config that has credentials, or set AWS_PROFILE to one\n$/,
  );
});
