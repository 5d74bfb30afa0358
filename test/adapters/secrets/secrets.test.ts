import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createSecrets } from '../../../functions/adapters/secrets/secrets.ts';
import { createWebhookTokens } from '../../../functions/adapters/secrets/webhook-tokens.ts';
import { timings } from '../../../functions/domain/timings.ts';
import { closeServers, serveHttp } from '../../support/loopback-server.ts';

const ids = { credentials: 'prod/ack', login: 'prod/login' };
const good = { accessKeyId: 'LTAI5tEXAMPLE', accessKeySecret: 'EXAMPLEsecret0123' };

afterEach(closeServers);

/** Secrets Manager with these secrets; an absent one is refused. */
async function open(stored: Record<string, string | undefined>, of: { readonly login?: string | undefined } = ids) {
  let time = 1_000_000;
  const server = await serveHttp((response, { headers, body }) => {
    const { SecretId } = JSON.parse(body) as { readonly SecretId: string };
    const known = headers['x-amz-target'] === 'secretsmanager.GetSecretValue' && SecretId in stored;
    const answer = known ? { Name: SecretId, SecretString: stored[SecretId] } : { __type: 'ResourceNotFoundException' };
    response.writeHead(known ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
  });
  const client = new SecretsManagerClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    tokens: createWebhookTokens(client, 'prod/webhook', () => time),
    secrets: createSecrets(client, { credentials: ids.credentials, login: of.login }, () => time),
    stored,
    /** How often a secret was asked for. */
    reads: () => server.requests.length,
    pass(ms: number) {
      time += ms;
    },
  };
}

describe('the secrets', () => {
  test('of the wrong form are read again as soon as those that cannot be read', async () => {
    const { secrets, stored } = await open({ [ids.credentials]: '{"accessKey":"x"}', [ids.login]: '{}' });
    await expect(secrets.credentials()).rejects.toThrow('must hold JSON of the form');
    stored[ids.credentials] = JSON.stringify(good);
    expect(await secrets.credentials()).toEqual(good);
  });

  test('hold the access key and the login password', async () => {
    const { secrets } = await open({
      [ids.credentials]: JSON.stringify(good),
      [ids.login]: '{"password":"Hello1234!"}',
    });
    expect(await secrets.credentials()).toEqual(good);
    expect(await secrets.loginPassword()).toBe('Hello1234!');
  });

  test('hold the token of a temporary access key, and nothing that was not asked for', async () => {
    const temporary = { ...good, securityToken: 'CAISexample' };
    const { secrets } = await open({ [ids.credentials]: JSON.stringify({ ...temporary, note: 'rotated by ann' }) });
    expect(await secrets.credentials()).toEqual(temporary);
  });

  test('are read again after five minutes, and not before', async () => {
    const { secrets, stored, reads, pass } = await open({ [ids.credentials]: JSON.stringify(good) });
    await secrets.credentials();
    stored[ids.credentials] = JSON.stringify({ ...good, accessKeySecret: 'rotated' });
    pass(timings.secretsTtlMs - 1);
    expect(await secrets.credentials()).toEqual(good);
    expect(reads()).toBe(1);
    pass(1);
    expect(await secrets.credentials()).toMatchObject({ accessKeySecret: 'rotated' });
    expect(reads()).toBe(2);
  });

  test('that a frozen process began to read are read anew, and what it gets late is not used for longer', async () => {
    const never = Promise.withResolvers<never>();
    let calls = 0;
    let time = 1_000_000;
    const client = {
      send: () => {
        calls += 1;
        return calls === 1 ? never.promise : Promise.resolve({ SecretString: JSON.stringify(good) });
      },
    } as unknown as SecretsManagerClient;
    const secrets = createSecrets(client, { credentials: ids.credentials, login: undefined }, () => time);
    const begun = secrets.credentials();
    begun.catch(() => undefined);
    time += timings.pendingSecretMs - 1;
    secrets.credentials().catch(() => undefined);
    expect(calls).toBe(1);
    time += 1;
    expect(await secrets.credentials()).toEqual(good);
    expect(calls).toBe(2);
    never.reject(new Error('the connection is gone'));
    await expect(begun).rejects.toThrow('the connection is gone');
    expect(await secrets.credentials()).toEqual(good);
    expect(calls).toBe(2);
  });

  test('are read again when the clock was set back', async () => {
    const { secrets, reads, pass } = await open({ [ids.credentials]: JSON.stringify(good) });
    await secrets.credentials();
    pass(-1);
    await secrets.credentials();
    expect(reads()).toBe(2);
  });

  test('are each read for themselves', async () => {
    const { secrets, reads } = await open({ [ids.credentials]: JSON.stringify(good), [ids.login]: '{"password":"p"}' });
    for (let n = 0; n < 3; n += 1) await Promise.all([secrets.credentials(), secrets.loginPassword()]);
    expect(reads()).toBe(2);
  });

  test('are read once for all who ask at the same time', async () => {
    const { secrets, reads } = await open({ [ids.credentials]: JSON.stringify(good) });
    const all = await Promise.all(Array.from({ length: 20 }, () => secrets.credentials()));
    expect(all).toEqual(Array.from({ length: 20 }, () => good));
    expect(reads()).toBe(1);
  });

  test('are read again at the next use after forget', async () => {
    const { secrets, stored, reads } = await open({ [ids.credentials]: JSON.stringify(good) });
    await secrets.credentials();
    stored[ids.credentials] = JSON.stringify({ ...good, accessKeyId: 'LTAI5tNEW' });
    secrets.forget();
    expect(reads()).toBe(1);
    expect(await secrets.credentials()).toMatchObject({ accessKeyId: 'LTAI5tNEW' });
  });
});

describe('a read that fails', () => {
  test('is not kept: the next use reads again', async () => {
    const { secrets, stored, reads } = await open({});
    await expect(secrets.credentials()).rejects.toThrow();
    stored[ids.credentials] = JSON.stringify(good);
    expect(await secrets.credentials()).toEqual(good);
    expect(reads()).toBe(2);
  });

  test('of the tokens is kept for some seconds: a flood of requests does not become one of reads', async () => {
    const { tokens, stored, reads, pass } = await open({});
    for (let request = 0; request < 20; request += 1) await expect(tokens()).rejects.toThrow();
    expect(reads()).toBe(1);
    stored['prod/webhook'] = '{"tokens":["0123456789abcdef"]}';
    pass(timings.failedSecretTtlMs - 1);
    await expect(tokens()).rejects.toThrow();
    expect(reads()).toBe(1);
    pass(1);
    expect(await tokens()).toEqual([{ token: '0123456789abcdef' }]);
    pass(timings.secretsTtlMs - 1);
    await tokens();
    expect(reads()).toBe(2);
  });

  test('fails for all who asked at the same time', async () => {
    const { secrets, reads } = await open({});
    const asked = await Promise.allSettled([secrets.credentials(), secrets.credentials()]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(reads()).toBe(1);
  });

  test.each([
    ['plain text', 'hunter2-hunter2'],
    ['JSON that was cut', '{"accessKeyId":"hunter2","accessKeySecret":"hunt'],
    ['a bare string', '"hunter2"'],
    ['a list', '["hunter2"]'],
    ['null', 'null'],
    ['no secret', '{"accessKeyId":"hunter2"}'],
    ['an empty key', '{"accessKeyId":"","accessKeySecret":"hunter2"}'],
    ['a number', '{"accessKeyId":"hunter2","accessKeySecret":12345678}'],
    ['an empty token', '{"accessKeyId":"hunter2","accessKeySecret":"hunter2","securityToken":""}'],
    ['nothing', ''],
    ['binary', undefined],
  ])('names the secret that holds %s and never quotes it', async (_, text) => {
    const { secrets } = await open({ [ids.credentials]: text });
    const error = await secrets.credentials().catch((thrown: unknown) => thrown);
    const shown = `${String(error)} ${inspect(error, { depth: 9, showHidden: true })}`;
    expect(shown).toMatch(/^Error: secret prod\/ack (does not hold JSON|must hold JSON of the form \{"accessKeyId", )/);
    expect(shown).not.toMatch(/hunt|12345678/);
  });

  test('says what the login secret must hold', async () => {
    const { secrets } = await open({ [ids.login]: '{"pass":"hunter2"}' });
    await expect(secrets.loginPassword()).rejects.toThrow('secret prod/login must hold JSON of the form {"password"}');
  });
});

test('a function without a login secret has no right to buy, and asks nobody', async () => {
  const { secrets, reads } = await open({}, { login: undefined });
  await expect(secrets.loginPassword()).rejects.toThrow('this function has no login password, so it cannot buy');
  expect(reads()).toBe(0);
});
