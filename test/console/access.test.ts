// What keeps others out: pages of other origins, names that lead to 127.0.0.1, other programs, and links that were used before.
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { admit, type ConsoleWorld, openConsole } from './console-world.ts';
import { sampleClusters, sampleLedger } from './sample-ledger.ts';

let world: ConsoleWorld;
let folder = '';
let cookie = '';
const { 'edge-beijing': beijing } = sampleClusters;
beforeAll(async () => {
  world = await openConsole({
    ...{ clusters: { 'edge-beijing': beijing }, mayAct: true },
    fill: ({ put }) => put(sampleLedger(Date.now())),
  });
  ({ folder, cookie } = await admit(world.server.link()));
});
afterAll(() => world.close());

/** `fetch` sets Host by itself. @returns the status */
function raw(url: string, headers: Readonly<Record<string, string>>, method = 'GET', body = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', reject).end(body);
  });
}
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const pause = 'do=pause&cluster=edge-beijing&reason=because';
const isPaused = async () => (await (await world.request('overview')).text()).includes('Resume');

test('a token becomes a cookie that scripts cannot read, that no other site sends, and that goes to the pages only', async () => {
  const answer = await fetch(world.server.link(), { redirect: 'manual' });
  expect(answer.status).toBe(303);
  const { pathname } = new URL(answer.headers.get('location') ?? '', folder);
  const [name, ...attributes] = (answer.headers.get('set-cookie') ?? '').split('; ');
  expect(name).toMatch(/^console=[\w-]{32}$/);
  expect(attributes).toEqual([`Path=${pathname.replace('overview', '')}`, 'HttpOnly', 'SameSite=Strict']);
  expect(pathname).toMatch(/^\/[\w-]{32}\/overview$/);
});

test('a token admits once', async () => {
  const link = world.server.link();
  expect((await fetch(link, { redirect: 'manual' })).status).toBe(303);
  const second = await fetch(link, { redirect: 'manual' });
  expect({ status: second.status, cookie: second.headers.get('set-cookie') }).toEqual({ status: 403, cookie: null });
});

test.each([
  ['no token', ''],
  ['an empty token', '?token='],
  ['a token of nobody', `?token=${'a'.repeat(32)}`],
])('%s is refused', async (_what, query) => {
  const answer = await fetch(`${new URL(folder).origin}/${query}`, { redirect: 'manual' });
  expect({ status: answer.status, cookie: answer.headers.get('set-cookie') }).toEqual({ status: 403, cookie: null });
});

describe('a page is refused', () => {
  test.each([
    ['without the cookie', {}, 401],
    ['with the cookie of another console', { cookie: `console=${'a'.repeat(32)}` }, 401],
    ['under a name that leads here (DNS rebinding)', { host: 'attacker.example' }, 403],
    ['under a name with the right port', { host: 'attacker.example:80' }, 403],
    ['under the name localhost', { host: 'localhost' }, 403],
    ['for a page of another origin', { origin: 'https://attacker.example' }, 403],
    ['for a page of another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['for a page without an origin', { origin: 'null' }, 403],
    ['for a page of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['for a page of the same site', { 'sec-fetch-site': 'same-site' }, 403],
  ])('%s', async (_what, headers, status) => {
    expect(
      await raw(`${folder}overview`, { cookie, ...headers, ...(status === 401 && { cookie: '', ...headers }) }),
    ).toBe(status);
  });

  test('below another folder', async () => {
    expect(await raw(`${new URL(folder).origin}/overview`, { cookie })).toBe(404);
  });
});

describe('an action is refused, and changes nothing,', () => {
  test.each([
    ['from another origin', { origin: 'https://attacker.example' }, 403],
    ['from another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['without an origin', {}, 403],
    ['under another name', { host: 'attacker.example', origin: 'http://attacker.example' }, 403],
    ['without the cookie', { origin: 'own', cookie: '' }, 401],
  ])('%s', async (_what, headers: Readonly<Record<string, string>>, status) => {
    const { origin } = new URL(folder);
    const own = headers['origin'] === 'own' ? { origin } : {};
    expect(await raw(`${folder}act`, { cookie, ...form, ...headers, ...own }, 'POST', pause)).toBe(status);
    expect(await isPaused()).toBe(false);
  });

  test('with a body that is larger than any form', async () => {
    const { origin } = new URL(folder);
    const large = `${pause}&more=${'a'.repeat(20_000)}`;
    expect(await raw(`${folder}act`, { cookie, ...form, origin }, 'POST', large)).toBe(413);
    expect(await isPaused()).toBe(false);
  });

  test('by GET: it only shows the form', async () => {
    expect((await world.request(`act?${pause}`)).status).toBe(200);
    expect(await isPaused()).toBe(false);
  });
});

test('the policy of a page runs no script and takes no style but files of the console, and lets no page frame it', async () => {
  const { headers } = await world.request('overview');
  const policy = Object.fromEntries(
    (headers.get('content-security-policy') ?? '').split('; ').map((one) => [one.split(' ')[0], one]),
  );
  expect(policy).toMatchObject({
    'default-src': "default-src 'none'",
    'script-src': "script-src 'self'",
    'style-src': "style-src 'self'",
    'form-action': "form-action 'self'",
    'base-uri': "base-uri 'none'",
    'frame-ancestors': "frame-ancestors 'none'",
  });
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
});

describe('a console that only reads', () => {
  test('offers no action, and takes none', async () => {
    const reader = await openConsole({ clusters: { 'edge-beijing': beijing } });
    try {
      const page = await (await reader.request('overview')).text();
      expect(page).toContain('Read-only');
      expect(page).not.toMatch(/class="button act|<form method="post"/);
      const answer = await reader.request('act', { method: 'POST', body: new URLSearchParams(pause) });
      expect(answer.status).toBe(404);
      expect((await reader.request(`act?${pause}`)).status).toBe(404);
    } finally {
      await reader.close();
    }
  });
});

test('it ends when it was idle', async () => {
  const idle = await openConsole({ clusters: { 'edge-beijing': beijing }, idleMs: 1 });
  expect(await idle.server.ended).toBe('idle');
  await idle.close();
});
