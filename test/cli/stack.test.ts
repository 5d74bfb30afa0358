import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { closeServers, type HttpServer, serveHttp } from '../support/loopback-server.ts';
import { expectFailure, expectSuccess, home, run } from './run.ts';
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

describe('the operator has no keys in the environment, but a profile', () => {
  const write = (file: string, text: string) => {
    const path = join(home, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_REGION, ...endpoints } = parts.aws;

  /** Who signed each request to CloudFormation. */
  const signers = ({ requests }: HttpServer) =>
    requests.map(
      ({ headers }) => /Credential=(\w+)\//.exec(headers['authorization'] ?? headers['Authorization'] ?? '')?.[1],
    );

  async function enqueue(flags: string, env: Readonly<Record<string, string>>) {
    const server = await stackOfOurs();
    const all = { ...endpoints, ...env, AWS_ENDPOINT_URL_CLOUDFORMATION: server.url };
    expectSuccess(await run(`enqueue --cluster edge-beijing --add 1 --stack edge${flags}`, all));
    expect(await parts.receive()).toHaveLength(1);
    return signers(server);
  }

  const program = write(
    'credentials.mjs',
    "console.log(JSON.stringify({ Version: 1, AccessKeyId: 'OFTHEPROGRAM', SecretAccessKey: 's', SessionToken: 't' }))",
  );
  const AWS_CONFIG_FILE = write(
    'aws-config',
    `[profile ops]
region = ${AWS_REGION}
credential_process = "${process.execPath}" "${program}"

[profile signed-on]
region = ${AWS_REGION}
sso_session = office
sso_account_id = 123456789012
sso_role_name = on-call

[sso-session office]
sso_region = ${AWS_REGION}
sso_start_url = https://office.example.org/start
sso_registration_scopes = sso:account:access
`,
  );

  test.each([
    ['--profile', ' --profile ops', {}],
    ['AWS_PROFILE', '', { AWS_PROFILE: 'ops' }],
  ])('named by %s, whose program gives them', async (_name, flags, env) => {
    expect(await enqueue(flags, { AWS_CONFIG_FILE, ...env })).toEqual(['OFTHEPROGRAM', 'OFTHEPROGRAM']);
  });

  test('of IAM Identity Center, after aws sso login', async () => {
    const roleCredentials = {
      accessKeyId: 'OFTHEPORTAL',
      secretAccessKey: 's',
      sessionToken: 't',
      expiration: Date.now() + 3_600_000,
    };
    const portal = await serveHttp((response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ roleCredentials }));
    });
    // As `aws sso login` leaves it behind.
    write(
      `.aws/sso/cache/${createHash('sha1').update('office').digest('hex')}.json`,
      JSON.stringify({ accessToken: 'of-the-login', expiresAt: new Date(Date.now() + 3_600_000).toISOString() }),
    );
    const env = { AWS_CONFIG_FILE, AWS_ENDPOINT_URL_SSO: portal.url };
    expect(await enqueue(' --profile signed-on', env)).toEqual(['OFTHEPORTAL', 'OFTHEPORTAL']);
    expect(portal.requests[0]?.headers['x-amz-sso_bearer_token']).toBe('of-the-login');
  });
});
