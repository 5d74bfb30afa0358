import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { clientOf } from '../../../infra/local/aws-stand-ins/account.ts';
import { type SecretsManager, startSecretsManager } from '../../../infra/local/aws-stand-ins/secrets-manager.ts';

jest.setTimeout(30_000);

let secretsManager: SecretsManager;
let client: SecretsManagerClient;
const read = (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId }));

beforeEach(async () => {
  secretsManager = await startSecretsManager();
  client = new SecretsManagerClient({ ...clientOf(secretsManager.endpoint), maxAttempts: 1 });
  secretsManager.put('edge/login', { password: 'aA1-first' });
});

afterEach(async () => {
  client.destroy();
  await secretsManager.close();
});

test('gives a secret by its name and by its ARN', async () => {
  const byName = await read('edge/login');
  expect(byName).toMatchObject({
    Name: 'edge/login',
    SecretString: '{"password":"aA1-first"}',
    VersionStages: ['AWSCURRENT'],
    CreatedDate: expect.any(Date),
  });
  const byArn = await read(byName.ARN ?? '');
  expect(byArn.SecretString).toBe(byName.SecretString);
});

test('gives the new value, as a new version, after a rotation', async () => {
  const before = await read('edge/login');
  secretsManager.put('edge/login', { password: 'aA1-second' });
  const after = await read('edge/login');
  expect(after.SecretString).toBe('{"password":"aA1-second"}');
  expect(after.VersionId).not.toBe(before.VersionId);
});

test('takes a new value from a client, as a new version', async () => {
  const before = await read('edge/login');
  const put = await client.send(
    new PutSecretValueCommand({ SecretId: before.ARN, SecretString: '{"password":"aA1-third"}' }),
  );
  expect(put).toMatchObject({ Name: 'edge/login', VersionStages: ['AWSCURRENT'] });
  expect(await read('edge/login')).toMatchObject({
    SecretString: '{"password":"aA1-third"}',
    VersionId: put.VersionId,
  });
});

test('takes no value for a secret that does not exist, and no empty one', async () => {
  const put = (SecretId: string, SecretString: string) =>
    client.send(new PutSecretValueCommand({ SecretId, SecretString }));
  await expect(put('edge/other', '{}')).rejects.toBeInstanceOf(ResourceNotFoundException);
  await expect(put('edge/login', '')).rejects.toMatchObject({ name: 'ValidationException' });
});

test('refuses a secret that does not exist, as the service does', async () => {
  await expect(read('edge/other')).rejects.toBeInstanceOf(ResourceNotFoundException);
});

test('refuses what it does not stand for', async () => {
  const described = client.send(new DescribeSecretCommand({ SecretId: 'edge/login' }));
  await expect(described).rejects.toMatchObject({ name: 'UnknownOperationException' });
});
