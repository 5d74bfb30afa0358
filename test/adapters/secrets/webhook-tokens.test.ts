import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  createWebhookTokens,
  tokensShape,
  type WebhookToken,
} from '../../../functions/adapters/secrets/webhook-tokens.ts';
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

const two = [shortest, 'AZaz09._~-AZaz09._~-'];

test.each<[string, readonly unknown[], readonly WebhookToken[]]>([
  ['one token', [shortest], [{ token: shortest }]],
  ['two tokens, each for all senders and clusters', two, two.map((token) => ({ token }))],
  ['the longest token', ['x'.repeat(256)], [{ token: 'x'.repeat(256) }]],
  [
    'tokens with their senders and clusters, beside one for all',
    [{ token: shortest, sources: ['cloudmonitor', 'arms'], clusters: ['edge-one'] }, two[1]],
    [{ token: shortest, sources: ['cloudmonitor', 'arms'], clusters: ['edge-one'] }, { token: String(two[1]) }],
  ],
  [
    'twenty tokens',
    Array.from({ length: 20 }, (_, i) => `${shortest}${i}`),
    Array.from({ length: 20 }, (_, i) => ({ token: `${shortest}${i}` })),
  ],
])('are %s', async (_, tokens, expected) => {
  expect(await read({ tokens, note: 'rotated by ann' })).toEqual(expected);
});

const bound = (bounds: object) => ({ tokens: [{ token: 'hunter2-hunter2-hunter2', ...bounds }] });

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['nothing', {}],
  ['no token', { tokens: [] }],
  ['one token twice', { tokens: [shortest, { token: shortest, clusters: ['edge-one'] }] }],
  ['twenty-one tokens', { tokens: Array.from({ length: 21 }, (_, i) => `${shortest}${i}`) }],
  ['a token of fifteen characters', { tokens: [shortest, 'hunter2-hunter2'] }],
  ['a token of 257 characters', { tokens: ['hunt'.repeat(64).concat('2')] }],
  ['a token that a path would spell in another way', { tokens: ['hunter2/hunter2/hunter2'] }],
  ['a token that a header cannot hold', { tokens: ['hunter2 hunter2 hunter2'] }],
  ['a token with a line break', { tokens: ['hunter2-hunter2-hunter2\n'] }],
  ['a text', { tokens: 'hunter2-hunter2-hunter2' }],
  ['a number', { tokens: [1234567890123456] }],
  // Read loosely, each of these would be a token for more than was meant.
  ['a misspelt bound', bound({ cluster: ['edge-one'] })],
  ['no cluster', bound({ clusters: [] })],
  ['no sender', bound({ sources: [] })],
  ['a sender that posts no alerts', bound({ sources: ['manual'] })],
  ['two clusters in one text', bound({ clusters: ['edge-one,edge-two'] })],
  ['more clusters than an attribute holds', bound({ clusters: Array.from({ length: 51 }, (_, i) => `edge-${i}`) })],
  ['bounds without a token', { tokens: [{ clusters: ['edge-one'] }] }],
])('are refused where the secret holds %s, which is not quoted', async (_, value) => {
  const error = await read(value).catch((thrown: unknown) => thrown);
  expect(String(error)).toBe(`Error: secret prod/webhook must hold JSON of the form ${tokensShape}`);
});
