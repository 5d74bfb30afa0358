import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type StandIns, secretValues, startStandIns } from './stand-ins.ts';
import { createProject, type Outcome, type Project } from './support.ts';

jest.setTimeout(60_000);

let project: Project;
let parts: StandIns;
beforeAll(async () => {
  project = createProject();
  parts = await startStandIns();
});
afterAll(async () => {
  await parts.close();
  project.remove();
});

const set = (name: string, input: string, ...more: string[]): Promise<Outcome> =>
  project.run(['secrets', 'set', name, ...more], parts.engine, input);
const lines = ({ stdout }: Outcome): string[] => stdout.trimEnd().split('\n').slice(1);
const stored = async (SecretId: string): Promise<unknown> => {
  const { SecretString = '' } = await parts.secrets.send(new GetSecretValueCommand({ SecretId }));
  return JSON.parse(SecretString);
};

const key = { accessKeyId: 'LTAI5tNEW', accessKeySecret: 'a-new-secret-0123456789' };

test('stores a key from standard input, and prints where, and not what', async () => {
  const outcome = await set('ack', `${JSON.stringify(key)}\n`);
  expect({ code: outcome.code, stderr: outcome.stderr }).toEqual({ code: 0, stderr: '' });
  expect(lines(outcome)).toEqual(['Stored the RAM key that may buy in edge/ack.', 'To check it: npx scale-out doctor']);
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
  ['no field that is not its own', 'login', '{"password":"aB3-as-json","note":"n"}', { password: 'aB3-as-json' }],
])('stores %s', async (_what, name, input, expected) => {
  expect(await set(name, input)).toMatchObject({ code: 0, stderr: '' });
  expect(await stored(`edge/${name}`)).toEqual(expected);
});

test('prints one JSON object, without the value', async () => {
  const { code, stdout } = await set('ack', JSON.stringify(key), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    name: 'ack',
    secretId: 'edge/ack',
    version: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test('writes to the secret of the environment through the AWS SDK', async () => {
  const variables = { ...parts.aws, TABLE_NAME: 'ledger', LOGIN_SECRET_ID: 'edge/login' };
  const outcome = await project.run(['secrets', 'set', 'login'], variables, 'aB3-of-the-environment');
  expect(lines(outcome)[0]).toBe('Stored the login password of new nodes in edge/login.');
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
    ['a password that ENS refuses', 'login', 'hush-hush', 'password: the value is not allowed; use 8 to 30 characters'],
    ['a token that can be guessed', 'webhook', 'hush-hush', 'Give it a token of 16 to 256 letters'],
    ['three tokens', 'webhook', '{"tokens":["hush-hush-0123456","hush-hush-0123457","hush-hush-0123458"]}', 'tokens: '],
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
  const variables = { ...parts.aws, TABLE_NAME: 'ledger', LOGIN_SECRET_ID: 'edge/typo' };
  const { code, stderr } = await project.run(['secrets', 'set', 'login'], variables, secretValues.login.password);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: ResourceNotFoundException: /);
});

describe('wrong usage is told in one line:', () => {
  test.each<[string, string[], string]>([
    ['no name', ['set'], "missing required argument 'name'; see npx scale-out secrets set --help"],
    [
      'an unknown name',
      ['set', 'root'],
      "value 'root' is invalid for argument 'name'. Allowed choices are ack, ack-read,",
    ],
    ['the value as an argument', ['set', 'login', 'hush-hush'], 'value: other users and the shell history'],
    ['an unknown subcommand', ['get', 'ack'], "unknown command 'get'"],
    [
      'a secret that the place does not name',
      ['set', 'login', '--table', 't'],
      'name: the secret of the login password of new nodes is not known; give --stack NAME, or set LOGIN_SECRET_ID',
    ],
  ])('%s', async (_what, args, expected) => {
    const { code, stderr } = await project.run(['secrets', ...args], parts.engine);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toContain(expected);
    expect(stderr).not.toContain('hush-hush');
  });
});
