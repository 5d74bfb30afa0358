import { describe, expect, test } from '@jest/globals';
import {
  findTarget,
  homeOfTarget,
  required,
  type TargetDeps,
  type TargetOptions,
} from '../../../functions/cli/target/target.ts';
import { UsageError } from '../../../functions/cli/terminal/errors.ts';
import { engineInfo } from '../stand-ins.ts';

const engine = engineInfo({ sqs: 'http://s', dynamodb: 'http://d', queueUrl: 'http://s/alerts', tableName: 'local' });
const outputs = {
  QueueUrl: 'https://q/stack',
  DeadLetterQueueUrl: 'https://q/dead',
  TableName: 'stack-table',
  AckReadSecretId: 'arn:stack-read',
};
const everything: TargetDeps = {
  env: {
    QUEUE_URL: 'https://q/env',
    TABLE_NAME: 'env-table',
    DEAD_LETTER_QUEUE_URL: 'https://q/env-dead',
    LOGIN_SECRET_ID: 'env-login',
  },
  findEngine: () => engine,
  readStack: async () => outputs,
};
const nothing: TargetDeps = { env: {}, findEngine: () => undefined, readStack: async () => outputs };

const refusal = async (options: TargetOptions, deps: TargetDeps): Promise<string> => {
  const failed: unknown = await findTarget(options, deps).catch((error: unknown) => error);
  return failed instanceof UsageError ? failed.message : `no usage error but ${String(failed)}`;
};

describe('a command works', () => {
  test('with the stack that is named, whatever else could be used', async () => {
    expect(await findTarget({ stack: 'prod', profile: 'ops', region: 'eu-west-1' }, everything)).toEqual({
      name: 'the stack prod',
      stack: 'prod',
      flags: ' --stack prod --profile ops --region eu-west-1',
      aws: { profile: 'ops', region: 'eu-west-1' },
      queueUrl: 'https://q/stack',
      deadLetterQueueUrl: 'https://q/dead',
      tableName: 'stack-table',
      secretIds: { 'ack-read': 'arn:stack-read' },
    });
  });

  test('with the flags rather than the environment', async () => {
    expect(await findTarget({ queueUrl: 'https://q/flag', table: 'flag-table' }, everything)).toMatchObject({
      name: '--queue-url https://q/flag and --table flag-table',
      flags: ' --queue-url https://q/flag --table flag-table',
      queueUrl: 'https://q/flag',
      tableName: 'flag-table',
    });
  });

  test('with the environment for the flag that is not given', async () => {
    expect(await findTarget({ table: 'flag-table' }, everything)).toMatchObject({
      name: 'QUEUE_URL https://q/env and --table flag-table',
      queueUrl: 'https://q/env',
      deadLetterQueueUrl: 'https://q/env-dead',
      tableName: 'flag-table',
      secretIds: { login: 'env-login' },
    });
  });

  test('with the environment rather than the local engine', async () => {
    const target = await findTarget({ region: 'eu-west-1' }, everything);
    expect(target).toMatchObject({ tableName: 'env-table', aws: { region: 'eu-west-1' } });
    expect(target.engine).toBeUndefined();
  });

  test('with the local engine when nothing is given', async () => {
    expect(await findTarget({}, { ...everything, env: { QUEUE_URL: '', TABLE_NAME: '' } })).toMatchObject({
      name: `the local engine (process ${process.pid})`,
      flags: '',
      engine,
      queueUrl: 'http://s/alerts',
      deadLetterQueueUrl: 'http://s/alerts-dead',
      tableName: 'local',
      secretIds: { ack: 'edge/ack', 'ack-read': 'edge/ack-read', login: 'edge/login', webhook: 'edge/webhook' },
      ackEndpoint: engine.endpoints.ack,
    });
  });
});

describe('a command refuses to guess', () => {
  test('and names the four ways when nothing says where', async () => {
    expect(await refusal({}, nothing)).toBe(
      'target: missing; give --stack NAME, or --queue-url and --table, or set QUEUE_URL and TABLE_NAME, or start the local engine with npm start',
    );
  });

  test.each<[string, TargetOptions]>([
    ['--profile', { profile: 'ops' }],
    ['--region', { region: 'eu-west-1' }],
  ])('when %s means AWS and a local engine is all there is', async (flag, options) => {
    const line = await refusal(options, { ...nothing, findEngine: () => engine });
    expect(line).toMatch(new RegExp(`^${flag}: it names no queue .* leave it out to use the local engine$`));
  });

  test.each<[string, TargetOptions]>([
    ['--queue-url', { stack: 'prod', queueUrl: 'https://q/flag' }],
    ['--table', { stack: 'prod', table: 'flag-table' }],
  ])('between --stack and %s', async (flag, options) => {
    expect(await refusal(options, everything)).toBe(`--stack: prod cannot be combined with ${flag}; give one of them`);
  });

  test('when the stack is one of another project', async () => {
    const line = await refusal({ stack: 'prod' }, { ...nothing, readStack: async () => ({ TableName: 't' }) });
    expect(line).toBe('--stack: prod has no output QueueUrl, DeadLetterQueueUrl; name the stack of npx cdk deploy');
  });

  test.each<[string, TargetOptions, TargetDeps['env']]>([
    ['--queue-url', { queueUrl: 'alerts' }, {}],
    ['QUEUE_URL', {}, { QUEUE_URL: 'alerts' }],
    ['DEAD_LETTER_QUEUE_URL', {}, { TABLE_NAME: 'ledger', DEAD_LETTER_QUEUE_URL: 'alerts' }],
  ])('when %s holds the name of a queue', async (source, options, env) => {
    expect(await refusal(options, { ...nothing, env })).toBe(
      `${source}: "alerts" is no URL; use the URL of the queue, not its name`,
    );
  });

  test('when a part that it needs is not where the others are, although an engine has one', async () => {
    const target = await findTarget({ queueUrl: 'https://q/flag' }, { ...nothing, findEngine: () => engine });
    expect(() => required(target, 'tableName')).toThrow(
      'the table: missing, and --queue-url https://q/flag does not name it; give --table or TABLE_NAME as well, or --stack NAME alone',
    );
    expect(required(target, 'queueUrl')).toBe('https://q/flag');
  });
});

test('knows the queue of what was not delivered, of a stack that tells it', async () => {
  const of = async (told: object) =>
    (await findTarget({ stack: 'prod' }, { ...nothing, readStack: async () => ({ ...outputs, ...told }) }))
      .undeliveredQueueUrl;
  expect([await of({}), await of({ UndeliveredQueueUrl: 'https://q/lost' })]).toEqual([undefined, 'https://q/lost']);
});

test('repeats flags in a suggestion as a shell reads them', async () => {
  const target = await findTarget({ stack: 'prod', profile: "the team's" }, everything);
  expect(target.flags).toBe(` --stack prod --profile 'the team'\\''s'`);
});

test.each<[string, string | undefined, ReturnType<typeof homeOfTarget>]>([
  ['SQS', 'https://sqs.eu-west-1.amazonaws.com/123456789012/a', { account: '123456789012', region: 'eu-west-1' }],
  [
    'SQS in China',
    'https://sqs.cn-north-1.amazonaws.com.cn/123456789012/a',
    { account: '123456789012', region: 'cn-north-1' },
  ],
  ['another host', 'https://queue.example/123456789012/a', undefined],
  ['no account', 'https://q/a', undefined],
])('knows account and Region of a queue by its URL at %s', (_, queueUrl, expected) => {
  expect(homeOfTarget({ name: 'n', flags: '', aws: {}, secretIds: {}, queueUrl })).toEqual(expected);
});

test('knows the account and the Region of the local engine', () => {
  const target = { name: 'n', flags: '', aws: {}, secretIds: {}, engine, queueUrl: 'http://s/000000000000/alerts' };
  expect(homeOfTarget(target)).toEqual({ account: '000000000000', region: engine.region });
});
