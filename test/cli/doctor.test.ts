import { stripVTControlCharacters } from 'node:util';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { tokenAudience } from '../../functions/domain/web-identity.ts';
import { startAlibabaSts } from '../../infra/local/alibaba-sts.ts';
import { roleArnOf, startAwsSts } from '../../infra/local/aws-stand-ins/aws-sts.ts';
import { closeServers, nobody, serveHttp } from '../support/loopback-server.ts';
import { configure, expectSuccess, run, tellsOf, testWrongUsage } from './run.ts';
import { secretValues, startStandIns } from './stand-ins.ts';
import { type Outcome, testClusters } from './support.ts';

const alibaba = {
  oidcProviderArn: 'acs:ram::1234567890123456:oidc-provider/aws',
  buyerRoleArn: 'acs:ram::1234567890123456:role/edge-buyer',
  readerRoleArn: 'acs:ram::1234567890123456:role/edge-reader',
};
const rolesInEnvironment = {
  ALIBABA_OIDC_PROVIDER_ARN: alibaba.oidcProviderArn,
  ALIBABA_BUYER_ROLE_ARN: alibaba.buyerRoleArn,
  ALIBABA_READER_ROLE_ARN: alibaba.readerRoleArn,
};

const parts = await startStandIns();
beforeEach(() => configure({ edge: testClusters['edge-beijing'] }));
afterEach(async () => {
  jest.restoreAllMocks();
  parts.ack.core.clearFaults();
  await store('edge/ack', secretValues.ack);
  await store('edge/login', secretValues.login);
  await closeServers();
});

const doctor = (line = '') => parts.run(`doctor ${line}`);
const store = (SecretId: string, value: object) =>
  parts.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) }));
/** Environment by which the command works as with a deployed stack. */
const deployed = {
  ...parts.aws,
  QUEUE_URL: parts.info.queueUrl,
  DEAD_LETTER_QUEUE_URL: parts.info.deadLetterQueueUrl,
  TABLE_NAME: parts.info.tableName,
  NOTES_TABLE_NAME: parts.info.notesTableName,
};
const bad = (outcome: Outcome): string[] => tellsOf(outcome).filter((line) => /^(fail|warn)/.test(line));

test('is content when everything is well, tells what it found, and does not buy', async () => {
  // Neither clock moves: on a slow machine an answer takes seconds. A Date header is taken for the middle of its second.
  const at = Math.ceil(Date.now() / 1000) * 1000;
  jest.spyOn(Date, 'now').mockReturnValue(at);
  const outcome = await doctor();
  expectSuccess(outcome);
  expect(tellsOf(outcome).map((line) => line.replace(/ {2,}/g, '  '))).toEqual([
    'ok  config  functions/config.ts is fine',
    'ok  queue  about 0 waiting, 0 in work, 0 delayed',
    'ok  dead letters  none',
    `ok  table  ${parts.info.tableName}`,
    `ok  notes  ${parts.info.notesTableName}`,
    'ok  index  jobs can be listed; there are none yet',
    'ok  alarms  0 in ALARM',
    'ok  mute rules  can be listed',
    'ok  metrics  can be read',
    'ok  secret ack  the RAM key that may buy, in the right form',
    'ok  secret ack-read  the RAM key that reads, in the right form',
    'ok  secret login  the login password of new nodes, in the right form',
    'ok  secret webhook  the tokens of the webhook, in the right form',
    'ok  edge DescribeClusterDetail (ack)  it is running, and an Edge cluster',
    'ok  edge DescribeClusterNodes (ack)  4 nodes, 4 Ready',
    'ok  edge DescribeClusterTasks (ack)  0 tasks',
    'ok  edge DescribeTaskInfo (ack)  not checked: there is no task',
    'ok  edge DescribeClusterDetail (ack-read)  it is running, and an Edge cluster',
    'ok  edge DescribeClusterNodes (ack-read)  4 nodes, 4 Ready',
    'ok  edge DescribeClusterTasks (ack-read)  0 tasks',
    'ok  edge DescribeTaskInfo (ack-read)  not checked: there is no task',
    'ok  edge clock  this machine and the gateway differ by 0.5 s',
    'Not checked: cs:ScaleOutCluster, which buys. The key ack needs this right.',
  ]);
  expect(parts.ack.core.purchases().filter(({ by }) => by === 'api')).toEqual([]);
});

test('prints one JSON object, and no secret anywhere', async () => {
  const { code, stdout, stderr } = await doctor('--json');
  expect(code).toBe(0);
  const { ok, findings } = JSON.parse(stdout);
  expect(ok).toBe(true);
  expect(findings).toContainEqual({ what: 'table', status: 'ok', says: parts.info.tableName });
  for (const secret of ['buyers-secret', 'readers-secret', 'aA1-login', 'token-of-a-webhook'])
    expect(stdout + stderr).not.toContain(secret);
});

test('wraps its lines by word in a terminal of 80 columns', async () => {
  configure({ edge: { ...testClusters['edge-beijing'], id: 'Cnobody00000000000000000000000000' } });
  const { stdout } = await run('doctor', parts.engine, { columns: 80 });
  const lines = stripVTControlCharacters(stdout).trimEnd().split('\n').slice(1);
  expect(lines.filter((line) => line.startsWith('fail')).length).toBeGreaterThan(0);
  expect(lines.filter(({ length }) => length > 80)).toEqual([]);
});

test('reads a task with both keys when the cluster has one', async () => {
  // Of another cluster than the other tests look at.
  configure({ edge: testClusters['edge-shanghai'] });
  const taskId = parts.ack.core.consoleScaleOut('C5a000000000000000000000000000000', 1);
  const tried = tellsOf(await doctor()).filter((one) => one.includes('DescribeTaskInfo'));
  expect(tried).toEqual(
    ['ack', 'ack-read'].map((key) =>
      expect.stringMatching(new RegExp(`^ok .*DescribeTaskInfo \\(${key}\\) .*${taskId} is (running|success)$`)),
    ),
  );
});

describe('fails, with the remedy, when', () => {
  test('the config has problems', async () => {
    configure({ edge: { ...testClusters['edge-beijing'], cooldownMinutes: -1 } });
    const outcome = await doctor();
    expect(outcome).toMatchObject({ code: 1, stderr: 'error: 1 of 13 checks failed\n' });
    expect(bad(outcome)).toEqual([
      expect.stringMatching(/^fail {2}config .*has 1 problem\(s\) -> npx scale-out check$/),
    ]);
  });

  test('the key is wrong', async () => {
    await store('edge/ack', { ...secretValues.ack, accessKeySecret: 'another-secret' });
    const outcome = await doctor();
    expect(outcome.code).toBe(1);
    expect(bad(outcome)).toEqual([
      expect.stringMatching(
        /^fail {2}edge DescribeClusterDetail \(ack\) .*SignatureDoesNotMatch.* -> npx scale-out secrets set ack --local$/,
      ),
      expect.stringMatching(/^fail {2}edge DescribeClusterNodes \(ack\) .* -> npx scale-out secrets set ack --local$/),
      expect.stringMatching(/^fail {2}edge DescribeClusterTasks \(ack\) .* -> npx scale-out secrets set ack --local$/),
    ]);
  });

  test.each(['DescribeClusterDetail', 'DescribeClusterTasks'] as const)('a key lacks cs:%s', async (operation) => {
    parts.ack.core.setFault({ kind: 'error', status: 403, when: 'before', code: 'Forbidden.RAM', operation });
    expect(bad(await doctor())).toEqual(
      ['ack', 'ack-read'].map((key) =>
        expect.stringMatching(
          new RegExp(
            `^fail {2}edge ${operation} \\(${key}\\) .*Forbidden\\.RAM.* -> allow cs:${operation} for the RAM user of the key ${key}$`,
          ),
        ),
      ),
    );
  });

  test('the cluster does not exist', async () => {
    configure({ edge: { ...testClusters['edge-beijing'], id: 'Ce15e0000000000000000000000000000' } });
    const outcome = await doctor();
    expect(outcome.code).toBe(1);
    expect(bad(outcome)[0]).toMatch(/-> correct id and region of the cluster in the config$/);
  });

  test('a secret is in another form, without a word of it', async () => {
    await store('edge/login', { password: 'too-simple' });
    const outcome = await doctor();
    expect(outcome.code).toBe(1);
    expect(bad(outcome)).toEqual([
      expect.stringMatching(
        /^fail {2}secret login .*password: the value is not allowed; .* -> npx scale-out secrets set login --local$/,
      ),
    ]);
    expect(outcome.stdout).not.toContain('too-simple');
  });

  const askedAt = (gateway: { readonly url: string }) => {
    const secrets = { ACK_SECRET_ID: 'edge/ack', ACK_READ_SECRET_ID: 'edge/ack-read', LOGIN_SECRET_ID: 'edge/login' };
    return run('doctor', { ...deployed, ...secrets, ACK_ENDPOINT: gateway.url });
  };

  test('the gateway answers without a date', async () => {
    const gateway = await serveHttp((response) => {
      response.sendDate = false;
      const totals = { page: { total_count: 0 }, page_info: { total_count: 0 } };
      response.end(JSON.stringify({ state: 'running', nodes: [], tasks: [], ...totals }));
    });
    const outcome = await askedAt(gateway);
    expect(outcome.code).toBe(1);
    expect(bad(outcome).at(-1)).toMatch(/^fail {2}edge clock {2,}the gateway sends no Date header -> .*buy nothing/);
  });

  test('the clocks differ by more than a minute', async () => {
    const late = await serveHttp((response) => {
      response.writeHead(500, { date: new Date(Date.now() + 90_000).toUTCString() }).end('{}');
    });
    const outcome = await askedAt(late);
    expect(outcome.code).toBe(1);
    expect(bad(outcome).at(-1)).toMatch(/^fail {2}edge clock .*differ by (89|9\d)\.\d s -> set the clock/);
    expect(bad(outcome)).toContainEqual(expect.stringMatching(/^warn {2}secret webhook .*set WEBHOOK_SECRET_ID$/));
  });

  test('nothing answers', async () => {
    const variables = {
      ...parts.aws,
      QUEUE_URL: `${nobody}/0/alerts`,
      DEAD_LETTER_QUEUE_URL: `${nobody}/0/dead`,
      TABLE_NAME: 'typo',
    };
    const outcome = await run('doctor', { ...variables, ACK_SECRET_ID: 'edge/typo', AWS_ENDPOINT_URL_SQS: nobody });
    expect(outcome.code).toBe(1);
    expect(bad(outcome).map((line) => line.replace(/ {2,}/g, '  '))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^fail {2}queue {2}.*ECONNREFUSED/),
        expect.stringMatching(/^fail {2}table {2}ResourceNotFoundException: .* -> check the name/),
        'warn  notes  their table is not known -> set NOTES_TABLE_NAME, or deploy the stack again',
        expect.stringMatching(/^fail {2}secret ack {2}ResourceNotFoundException: .* -> npx scale-out secrets set ack$/),
        expect.stringMatching(
          /^fail {2}secret login {2}its id is not known -> give --stack NAME, or set LOGIN_SECRET_ID$/,
        ),
      ]),
    );
  });
});

test('says which right to read alarms is missing: only without that to the metric, jobs that waited are decided', async () => {
  const denied = await serveHttp((response) => {
    response.statusCode = 400;
    response.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'not authorized' }));
  });
  const outcome = await run('doctor', { ...deployed, AWS_ENDPOINT_URL_CLOUDWATCH: denied.url });
  expect(bad(outcome).map((line) => line.replace(/ {2,}/g, '  '))).toEqual(
    expect.arrayContaining([
      'fail  alarms  AccessDeniedException: not authorized -> allow cloudwatch:DescribeAlarms on *',
      'fail  mute rules  AccessDeniedException: not authorized -> allow cloudwatch:ListAlarmMuteRules on *',
      'warn  metrics  AccessDeniedException: not authorized -> allow cloudwatch:GetMetricData on *',
    ]),
  );
});

test('does not advise to overwrite a secret because Secrets Manager cannot be reached', async () => {
  const outcome = await run('doctor', {
    ...deployed,
    LOGIN_SECRET_ID: 'edge/login',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: nobody,
  });
  expect(outcome.code).toBe(1);
  expect(bad(outcome)).toContainEqual(
    expect.stringMatching(/^fail {2}secret login .*ECONNREFUSED.* -> make Secrets Manager reachable from here/),
  );
});

test('tells a secret that its policy hides from one that is wrong: the password from everybody, the keys from no operator', async () => {
  const denied = await serveHttp((response) =>
    response
      .writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
      .end('{"__type":"AccessDeniedException","Message":"with an explicit deny in a resource-based policy"}'),
  );
  const outcome = await run('doctor', {
    ...deployed,
    LOGIN_SECRET_ID: 'edge/login',
    ACK_SECRET_ID: 'edge/ack',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: denied.url,
  });
  await closeServers();
  const lines = bad(outcome).filter((line) => line.includes('secret'));
  expect(lines).toContainEqual(expect.stringMatching(/^warn +secret login +only the functions may read it/));
  expect(lines).toContainEqual(expect.stringMatching(/^fail +secret ack +.* stack\.operators in the config$/));
});

describe('warns, and does not fail, when', () => {
  test('the cluster takes no scale-out now', async () => {
    parts.ack.core.setClusterState('Cbe000000000000000000000000000000', 'updating');
    const outcome = await doctor();
    parts.ack.core.setClusterState('Cbe000000000000000000000000000000', 'running');
    expect(outcome.code).toBe(0);
    const waits = expect.stringMatching(/^warn .*it is updating -> purchases wait until it is running$/);
    expect(bad(outcome)).toEqual([waits, waits]);
  });

  test('there are dead letters', async () => {
    await parts.sqs.send(new SendMessageCommand({ QueueUrl: parts.info.deadLetterQueueUrl, MessageBody: 'x' }));
    const outcome = await doctor();
    await parts.receiveDead();
    expect(outcome.code).toBe(0);
    expect(bad(outcome)).toEqual([
      expect.stringMatching(/^warn {2}dead letters .*about 1 waiting.* -> npx scale-out dlq list$/),
    ]);
  });
});

describe('without stored keys', () => {
  const open = async (trusted: string) => {
    const aws = await startAwsSts();
    const sts = await startAlibabaSts({
      provider: { arn: alibaba.oidcProviderArn, issuer: aws.issuer, clientIds: [tokenAudience] },
      roles: [
        { arn: alibaba.buyerRoleArn, subjects: [roleArnOf(trusted)] },
        { arn: alibaba.readerRoleArn, subjects: [roleArnOf('test')] },
      ],
      onKey: parts.ack.core.admit,
    });
    const outcome = await run('doctor', {
      ...deployed,
      AWS_ENDPOINT_URL_STS: aws.endpoint,
      ALIBABA_STS_ENDPOINT: sts.endpoint,
      ACK_ENDPOINT: parts.info.endpoints.ack,
      ...rolesInEnvironment,
    });
    await Promise.all([aws.close(), sts.close()]);
    const secrets = [...aws.tokens, ...sts.keys.flatMap((key) => [key.accessKeySecret, key.securityToken])];
    for (const secret of secrets) expect(outcome.stdout + outcome.stderr).not.toContain(secret);
    return { outcome, exchanges: sts.keys.length };
  };

  test('exchanges for both roles, once each, and reads the cluster with them', async () => {
    const { outcome, exchanges } = await open('test');
    expect(exchanges).toBe(2);
    const lines = tellsOf(outcome).map((line) => line.replace(/ {2,}/g, '  '));
    expect(lines).toContain(`ok  role ack  ${alibaba.buyerRoleArn} is assumed with a token of AWS`);
    expect(lines).toContain(`ok  role ack-read  ${alibaba.readerRoleArn} is assumed with a token of AWS`);
    expect(lines).toContain('ok  edge DescribeClusterDetail (ack)  it is running, and an Edge cluster');
    expect(lines.filter((line) => /secret ack/.test(line))).toEqual([]);
    expect(lines.at(-1)).toBe('Not checked: cs:ScaleOutCluster, which buys. The role ack needs this right.');
  });

  test('explains what the role must trust', async () => {
    const { outcome } = await open('scale-out');
    expect(outcome.code).toBe(1);
    expect(bad(outcome).map((line) => line.replace(/ {2,}/g, '  '))).toContainEqual(
      `fail  role ack  the STS of Alibaba Cloud refuses ${alibaba.buyerRoleArn}: AuthenticationFail.NoPermission -> let its trust policy allow the provider, and oidc:sub ${roleArnOf('test')}`,
    );
    expect(bad(outcome)).toContainEqual(
      expect.stringMatching(
        /^fail +edge DescribeClusterDetail \(ack\) .* -> the line of the role ack says what helps$/,
      ),
    );
  });
});

testWrongUsage(parts.engine, [
  ['an argument', 'doctor edge', "too many arguments for 'doctor'"],
  ['no queue', 'doctor --table t', 'the queue: missing, and --table t does not name it'],
]);
