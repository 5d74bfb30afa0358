// Every action: what is shown is what runs, and what it changes is what the command changes.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ConsoleWorld, openConsole } from './console-world.ts';
import { keys, sampleClusters, sampleLedger, sampleNodes } from './sample-ledger.ts';

let world: ConsoleWorld;
beforeAll(async () => {
  world = await openConsole({
    ...{ clusters: sampleClusters, nodes: sampleNodes, mayAct: true },
    fill: ({ put }) => put(sampleLedger(Date.now())),
  });
});
afterAll(() => world.close());

async function post(fields: Readonly<Record<string, string>>) {
  const answer = await world.request('act', { method: 'POST', body: new URLSearchParams(fields) });
  return { status: answer.status, text: await answer.text() };
}
const form = async (fields: Readonly<Record<string, string>>): Promise<string> =>
  (await world.request(`act?${new URLSearchParams(fields).toString()}`)).text();
const commandsOf = (page: string): string[] =>
  [...page.matchAll(/<code>(npx scale-out [^<]*)<\/code>/g)].map(([, text = '']) =>
    text.replaceAll('&#39;', "'").replaceAll('&quot;', '"'),
  );
const item = async (pk: string) => (await world.services.table.items()).find((one) => one['pk'] === pk);
const contents = (url: string) => world.services.messaging.inspect(url.split('/').at(-1) ?? '');
const alerts = () => contents(world.services.info.queueUrl);
const deadLetters = () => contents(world.services.info.deadLetterQueueUrl);

test('pause and resume: the reason is stored with the cluster', async () => {
  const reason = `the bill, mei's`;
  expect(commandsOf(await form({ do: 'pause', cluster: 'edge-beijing', reason, until: '2h' }))).toEqual([
    `npx scale-out pause edge-beijing --until 2h --reason 'the bill, mei'\\''s'`,
  ]);
  const paused = await post({ do: 'pause', cluster: 'edge-beijing', reason, until: '2h' });
  expect(paused.status).toBe(200);
  expect(paused.text).toContain('edge-beijing buys nothing until');
  expect((await item('CLUSTER#edge-beijing'))?.['paused']).toMatchObject({ reason, until: expect.any(Number) });
  const resumed = await post({ do: 'resume', cluster: 'edge-beijing', reason: 'it is right' });
  expect(resumed.text).toContain('edge-beijing buys again');
  expect(await item('CLUSTER#edge-beijing')).not.toHaveProperty('paused');
});

test('enqueue: the form shows what would be decided, and the message has the reason', async () => {
  const page = await form({ do: 'enqueue', cluster: 'edge-beijing', add: '2' });
  expect(page).toContain('would buy');
  expect((await alerts()).ready).toEqual([]);
  const done = await post({ do: 'enqueue', cluster: 'edge-beijing', add: '2', callersKey: 'launch', reason: 'launch' });
  expect(done.status).toBe(200);
  const [message] = (await alerts()).ready;
  expect(JSON.parse(message?.body ?? '')).toMatchObject({
    key: 'launch',
    cluster: 'edge-beijing',
    add: 2,
    reason: 'launch',
  });
});

test('enqueue: a form that is sent again is the same request', async () => {
  const keyIn = (page: string) => /name="callersKey" value="([^"]*)"/.exec(page)?.[1] ?? '';
  const fields = { do: 'enqueue', cluster: 'edge-beijing', add: '1', reason: 'twice' };
  const page = await form({ do: 'enqueue', cluster: 'edge-beijing' });
  const callersKey = keyIn(page);
  expect(callersKey).not.toBe('');
  expect(commandsOf(page)).toEqual([expect.stringContaining(` --key ${callersKey} `)]);
  // As the fields are typed.
  expect(keyIn(await form({ ...fields, callersKey }))).toBe(callersKey);
  expect(keyIn(await form({ do: 'enqueue', cluster: 'edge-beijing' }))).not.toBe(callersKey);
  for (let sent = 0; sent < 2; sent += 1) expect((await post({ ...fields, callersKey })).status).toBe(200);
  const sent = (await alerts()).ready.filter(({ body }) => body.includes('"twice"'));
  expect(sent.map(({ body }) => JSON.parse(body).key)).toEqual([callersKey, callersKey]);
});

test('resolve: a wrong task is refused as the command refuses it, and an abandoned purchase frees the slot', async () => {
  const to = { do: 'resolve', key: keys.parked, reason: 'no order in the console' };
  const wrong = await post({ ...to, answer: 'accepted', task: 'T-nobody' });
  expect(wrong.status).toBe(409);
  expect(wrong.text).toContain('T-nobody is not among the scale-outs');
  expect(await item('CLUSTER#edge-shenzhen')).toHaveProperty('purchase');
  expect((await post({ ...to, answer: 'abandon' })).status).toBe(200);
  expect(await item('CLUSTER#edge-shenzhen')).not.toHaveProperty('purchase');
});

test('redrive and drop: the reason goes with the message, or is printed', async () => {
  await world.bury('no JSON', 'not-json', 'no JSON');
  await world.bury(
    JSON.stringify({
      version: 1,
      kind: 'manual',
      key: 'k',
      cluster: 'edge-beijing',
      add: 1,
      requestedBy: 'ana',
      requestedAt: new Date().toISOString(),
    }),
    'failed',
    '',
  );
  const { ready } = await deadLetters();
  const idOf = (start: string) => ready.find(({ body }) => body.startsWith(start))?.messageId ?? '';
  const dropped = await post({ do: 'drop', id: idOf('no JSON'), reason: 'the sender is mended' });
  expect(dropped.text).toContain('the sender is mended');
  const redriven = await post({ do: 'redrive', id: idOf('{'), reason: 'the secret is filled' });
  expect(redriven.text).toContain('1 of 1 redriven');
  expect((await deadLetters()).ready).toEqual([]);
  const moved = (await alerts()).ready.find(({ body }) => body.includes('"k"'));
  expect(JSON.stringify(moved)).toContain('the secret is filled');
});

test.each([
  ['an action without a reason', { do: 'pause', cluster: 'edge-shanghai', reason: ' ' }, 400],
  ['a request without a key', { do: 'enqueue', cluster: 'edge-shanghai', add: '1', callersKey: '', reason: 'r' }, 400],
  ['a settlement without a task', { do: 'resolve', key: keys.doubt, answer: 'accepted', reason: 'r' }, 400],
  ['an unknown action', { do: 'delete', cluster: 'edge-shanghai', reason: 'r' }, 404],
  ['a cluster that the config has not', { do: 'pause', cluster: 'edge-nowhere', reason: 'r' }, 404],
  ['a cluster that would be an option', { do: 'pause', cluster: '--all', reason: 'r' }, 404],
  ['a key that would be an option', { do: 'resolve', key: '--force', answer: 'abandon', reason: 'r' }, 404],
  ['an id that would be an option', { do: 'drop', id: '--help', reason: 'r' }, 404],
  ['an answer that nobody offers', { do: 'resolve', key: keys.doubt, answer: 'constructor', reason: 'r' }, 404],
])('%s is refused, and changes nothing', async (_what, fields, status) => {
  const before = [await world.services.table.items(), await alerts()];
  expect((await post(fields)).status).toBe(status);
  expect([await world.services.table.items(), await alerts()]).toEqual(before);
});

test('a reason that looks like an option is a reason', async () => {
  await post({ do: 'pause', cluster: 'edge-shanghai', reason: '--all' });
  expect((await item('CLUSTER#edge-shanghai'))?.['paused']).toMatchObject({ reason: '--all' });
  expect(await item('CLUSTER#edge-beijing')).not.toHaveProperty('paused');
});

test('values that look like options of every command choose no other queue, table or stack', async () => {
  const elsewhere = '--queue-url=http://127.0.0.1:9/000000000000/elsewhere';
  const asked = { do: 'enqueue', cluster: 'edge-beijing', add: '1', callersKey: '--table', reason: elsewhere };
  expect((await post(asked)).status).toBe(200);
  const sent = (await alerts()).ready.map(({ body }) => JSON.parse(body) as unknown);
  expect(sent).toContainEqual(expect.objectContaining({ key: '--table', reason: elsewhere }));
  for (const fields of [
    { do: 'pause', cluster: 'edge-beijing', until: elsewhere, reason: '--stack=elsewhere' },
    { do: 'resolve', key: keys.doubt, answer: 'accepted', task: elsewhere, reason: '--stack=elsewhere' },
    { do: 'enqueue', cluster: 'edge-beijing', add: elsewhere, callersKey: 'k', reason: '--stack=elsewhere' },
  ]) {
    const { status, text } = await post(fields);
    expect(status).toBe(409);
    expect(text).toContain('local engine');
  }
});
