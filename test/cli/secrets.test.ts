import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { expectFailure, expectSuccess, expectWrongUsage, run, tellsOf, testWrongUsage } from './run.ts';
import { secretValues, startStandIns } from './stand-ins.ts';

const parts = await startStandIns();

const set = (line: string, input: string) => parts.run(`secrets set ${line} --local`, { input });
const stored = async (SecretId: string): Promise<unknown> => {
  const { SecretString = '' } = await parts.secrets.send(new GetSecretValueCommand({ SecretId }));
  return JSON.parse(SecretString);
};

const key = { accessKeyId: 'LTAI5tNEW', accessKeySecret: 'a-new-secret-0123456789' };

test('stores a key from standard input, and prints where, and not what', async () => {
  const outcome = await set('ack', `${JSON.stringify(key)}\n`);
  expectSuccess(outcome);
  expect(tellsOf(outcome)).toEqual([
    'Stored the RAM key that may buy in edge/ack.',
    'To check it: npx scale-out doctor',
  ]);
  expect(await stored('edge/ack')).toEqual(key);
});

test.each<[string, string, string, object]>([
  ['an STS credential', 'ack-read', JSON.stringify({ ...key, securityToken: 'sts' }), { ...key, securityToken: 'sts' }],
  ['a password as text', 'login', 'aB3-piped-in\n', { password: 'aB3-piped-in' }],
  ['a password as JSON', 'login', '{"password":"aB3-as-json"}', { password: 'aB3-as-json' }],
  ['a password with the line break of Windows', 'login', 'aB3456789\r\n', { password: 'aB3456789' }],
  ['a token as text', 'webhook', 'a-token-0123456789\n', { tokens: ['a-token-0123456789'] }],
  [
    'two tokens',
    'webhook',
    '{"tokens":["the-new-token-0123","the-old-token-0123"]}',
    { tokens: ['the-new-token-0123', 'the-old-token-0123'] },
  ],
  [
    'tokens with their senders and clusters',
    'webhook',
    '{"tokens":[{"token":"the-new-token-0123","sources":["arms"],"clusters":["edge-beijing"]},"the-old-token-0123"]}',
    { tokens: [{ token: 'the-new-token-0123', sources: ['arms'], clusters: ['edge-beijing'] }, 'the-old-token-0123'] },
  ],
  ['no field that is not its own', 'login', '{"password":"aB3-as-json","note":"n"}', { password: 'aB3-as-json' }],
])('stores %s', async (_what, name, input, expected) => {
  expect(await set(name, input)).toMatchObject({ code: 0, stderr: '' });
  expect(await stored(`edge/${name}`)).toEqual(expected);
});

test('prints one JSON object, without the value', async () => {
  const { code, stdout } = await set('ack --json', JSON.stringify(key));
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    name: 'ack',
    secretId: 'edge/ack',
    version: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test.each([
  ['ack', JSON.stringify(key), 1],
  ['login', 'aB3-of-the-environment', 0],
])('says that functions which assume roles do not read the key that is stored: %s', async (name, input, warnings) => {
  const { stderr, code } = await run(
    `secrets set ${name}`,
    {
      ...parts.aws,
      TABLE_NAME: parts.info.tableName,
      ...{ ACK_SECRET_ID: 'edge/ack', LOGIN_SECRET_ID: 'edge/login' },
      ALIBABA_OIDC_PROVIDER_ARN: 'acs:ram::1234567890123456:oidc-provider/aws',
      ALIBABA_BUYER_ROLE_ARN: 'acs:ram::1234567890123456:role/edge-buyer',
      ALIBABA_READER_ROLE_ARN: 'acs:ram::1234567890123456:role/edge-reader',
    },
    { input },
  );
  expect([code, stderr.match(/assume RAM roles and do not read this key/g)?.length ?? 0]).toEqual([0, warnings]);
});

test('writes to the secret of the environment through the AWS SDK', async () => {
  const variables = { ...parts.aws, TABLE_NAME: parts.info.tableName, LOGIN_SECRET_ID: 'edge/login' };
  const outcome = await run('secrets set login', variables, { input: 'aB3-of-the-environment' });
  expect(tellsOf(outcome)[0]).toBe('Stored the login password of new nodes in edge/login.');
  expect(await stored('edge/login')).toEqual({ password: 'aB3-of-the-environment' });
});

describe('stores nothing, and quotes nothing, of', () => {
  test.each<[string, string, string, string]>([
    ['nothing', 'ack', '', 'standard input is empty; give it {"accessKeyId"'],
    ['a key that is no JSON', 'ack', 'hush-hush', 'standard input holds no JSON object; give it {"accessKeyId"'],
    ['half a key', 'ack', '{"accessKeyId":"hush-hush"}', 'accessKeySecret: missing'],
    [
      'an empty key',
      'ack',
      '{"accessKeyId":"hush-hush","accessKeySecret":""}',
      'accessKeySecret: the value is not allowed',
    ],
    ...([' hush-hush', 'hush-hush\\n', 'hush\\thush-hush'] as const).map((secret): [string, string, string, string] => [
      `a key with a blank or a line break: ${secret}`,
      'ack',
      `{"accessKeyId":"LTAI5t","accessKeySecret":"${secret}"}`,
      'accessKeySecret: the value is not allowed; it is empty, or has a blank or a line break; copy it without them',
    ]),
    ['a password that ENS refuses', 'login', 'hush-hush', 'password: the value is not allowed; use 8 to 30 characters'],
    ['a token that can be guessed', 'webhook', 'hush-hush', 'use 16 to 256 letters, digits and . _ ~ -'],
    ['a token twice', 'webhook', '{"tokens":["hush-hush-0123456","hush-hush-0123456"]}', 'list each token once'],
    [
      'a bound that is misspelt',
      'webhook',
      '{"tokens":[{"token":"hush-hush-0123456","cluster":["hush-hush"]}]}',
      'tokens[0].cluster: not known',
    ],
    [
      'a sender that is not known',
      'webhook',
      '{"tokens":[{"token":"hush-hush-0123456","sources":["hush-hush"]}]}',
      'tokens[0].sources[0]: the value is not allowed; use alertmanager or grafana or arms or cloudmonitor',
    ],
  ])('%s', async (_what, name, input, expected) => {
    const before = await stored(`edge/${name}`);
    const { code, stdout, stderr } = await set(name, input);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toContain(expected);
    expect(stdout + stderr).not.toContain('hush-hush');
    expect(await stored(`edge/${name}`)).toEqual(before);
  });
});

test('fails when the secret does not exist', async () => {
  const variables = { ...parts.aws, TABLE_NAME: parts.info.tableName, LOGIN_SECRET_ID: 'edge/typo' };
  expectFailure(
    await run('secrets set login', variables, { input: secretValues.login.password }),
    expect.stringMatching(/^error: ResourceNotFoundException: /),
  );
});

testWrongUsage(parts.engine, [
  ['no name', 'secrets set', "missing required argument 'name'; see npx scale-out secrets set --help"],
  [
    'an unknown name',
    'secrets set root',
    "value 'root' is invalid for argument 'name'. Allowed choices are ack, ack-read,",
  ],
  ['an unknown subcommand', 'secrets get ack', "unknown command 'get'"],
]);

test('a value as an argument is refused, and not quoted', async () => {
  const outcome = await set('login hush-hush', '');
  expectWrongUsage(outcome, 'value: other users and the shell history');
  expect(outcome.stderr).not.toContain('hush-hush');
});

test.each([
  [
    'no place at all, where the local engine runs',
    'secrets set login',
    '--local: missing, and the secret would go to the local engine',
  ],
  [
    'the local engine and another place',
    'secrets set login --local --table t',
    '--local: it cannot be combined with --table t',
  ],
])('%s is wrong usage, and stores nothing', async (_, line, told) => {
  const before = await stored('edge/login');
  const { code, stdout, stderr } = await parts.run(line, { input: 'hush-hush-0123' });
  expect(code).toBe(2);
  expect(stderr).toContain(told);
  expect(stdout + stderr).not.toContain('hush-hush');
  expect(await stored('edge/login')).toEqual(before);
});

test('a secret that the place does not name is wrong usage', async () => {
  const { code, stderr } = await parts.run('secrets set login --table t', { input: '' });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^error: name: the secret of the login password of new nodes is not known; give --stack NAME, or set LOGIN_SECRET_ID[^\n]*\n$/,
  );
});
