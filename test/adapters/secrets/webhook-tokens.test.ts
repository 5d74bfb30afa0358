import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createWebhookTokens } from '../../../functions/adapters/secrets/webhook-tokens.ts';
import { clientOf } from '../../../infra/local/aws-stand-ins/account.ts';
import { type SecretsManager, startSecretsManager } from '../../../infra/local/aws-stand-ins/secrets-manager.ts';

let secretsManager: SecretsManager;
let client: SecretsManagerClient;
beforeEach(async () => {
  secretsManager = await startSecretsManager();
  client = new SecretsManagerClient({ ...clientOf(secretsManager.endpoint), maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await secretsManager.close();
});

const read = (value: Readonly<Record<string, unknown>>) => {
  secretsManager.put('prod/webhook', value);
  return createWebhookTokens(client, 'prod/webhook', () => 0)();
};
const shortest = '0123456789abcdef';

test.each([
  ['one token', [shortest]],
  ['two tokens', [shortest, 'AZaz09._~-AZaz09._~-']],
  ['the longest token', ['x'.repeat(256)]],
])('are %s', async (_, tokens) => {
  expect(await read({ tokens, note: 'rotated by ann' })).toEqual(tokens);
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['nothing', {}],
  ['no token', { tokens: [] }],
  ['three tokens', { tokens: [shortest, shortest, shortest] }],
  ['a token of fifteen characters', { tokens: [shortest, 'hunter2-hunter2'] }],
  ['a token of 257 characters', { tokens: ['hunt'.repeat(64).concat('2')] }],
  ['a token that a path would spell in another way', { tokens: ['hunter2/hunter2/hunter2'] }],
  ['a token that a header cannot hold', { tokens: ['hunter2 hunter2 hunter2'] }],
  ['a token with a line break', { tokens: ['hunter2-hunter2-hunter2\n'] }],
  ['a text', { tokens: 'hunter2-hunter2-hunter2' }],
  ['a number', { tokens: [1234567890123456] }],
])('are refused where the secret holds %s, which is not quoted', async (_, value) => {
  const error = await read(value).catch((thrown: unknown) => thrown);
  expect(String(error)).toBe(
    'Error: secret prod/webhook must hold JSON of the form {"tokens": [one or two, each of 16 to 256 letters, digits and . _ ~ -]}',
  );
});
