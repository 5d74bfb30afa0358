// Every page: texts of others stay texts, nothing inline runs, and reading changes nothing.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ConsoleWorld, count, openConsole } from './console-world.ts';
import { hostile, keys, sampleClusters, sampleLedger, sampleNodes } from './sample-ledger.ts';

let world: ConsoleWorld;
beforeAll(async () => {
  world = await openConsole({
    ...{ clusters: sampleClusters, nodes: sampleNodes, mayAct: true },
    async fill({ put, bury }) {
      await put(sampleLedger(Date.now()));
      await bury(`not JSON ${hostile}`, 'not-json', `the message is no JSON ${hostile}`);
    },
  });
});
afterAll(() => world.close());

const get = async (path: string): Promise<string> => (await world.request(path)).text();
const job = (key: string): string => `job?key=${encodeURIComponent(key)}`;
const pages = [
  'overview',
  'overview?q=%3Cscript%3E&page=x',
  'jobs',
  'jobs?state=parked&since=7d',
  `jobs?key=${encodeURIComponent(hostile)}`,
  `jobs?since=${encodeURIComponent(hostile)}&cluster=${encodeURIComponent(hostile)}`,
  job(keys.parked),
  job(keys.doubt),
  job(keys.bought),
  job(keys.hostile),
  job(hostile),
  'dead-letters',
  'dead-letters?read=1',
  'leases',
  'health',
  'act?do=pause&cluster=edge-beijing',
  `act?do=resolve&answer=accepted&key=${encodeURIComponent(keys.hostile)}&reason=${encodeURIComponent(hostile)}`,
];

describe('texts of others are texts, and nothing inline can run or style, on', () => {
  test.each(pages)('%s', async (path) => {
    const page = await get(path);
    expect(page).toContain('</html>');
    expect(page).not.toMatch(/<img|<script>|<script(?! (type="module" )?src="assets\/)/);
    // Values are text: only the names of attributes count.
    expect(page.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\s(on\w+|style)=/);
    expect(page.match(/<script/g)).toHaveLength(2);
    // Keys and what was typed are as they are: they are copied, and sent back.
    expect(page.replaceAll(/<(code|textarea|title)[\s\S]*?<\/\1>|<[^>]*>/g, '')).not.toMatch(/\p{Cf}/u);
  });
});

test('hostile texts are there to be read', async () => {
  expect(await get(job(keys.hostile))).toContain('&lt;script&gt;alert(2)&lt;/script&gt;');
  expect(await get('dead-letters?read=1')).toContain('not JSON &lt;img src=x');
});

test('every time is an instant in UTC for machines', async () => {
  for (const path of ['overview', 'jobs', job(keys.parked), 'leases']) {
    const times = [...(await get(path)).matchAll(/<time datetime="([^"]*)"/g)].map(([, at = '']) => at);
    expect(times.length).toBeGreaterThan(0);
    expect(times.filter((at) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(at))).toEqual([]);
  }
});

test('reading changes neither the ledger nor a queue', async () => {
  const before = await world.services.table.items();
  for (const path of pages) await get(path);
  expect(await world.services.table.items()).toEqual(before);
  const { queueUrl, deadLetterQueueUrl } = world.services.info;
  const nameOf = (url: string) => url.split('/').at(-1) ?? '';
  const [alerts, dead] = await Promise.all([
    world.services.messaging.inspect(nameOf(queueUrl)),
    world.services.messaging.inspect(nameOf(deadLetterQueueUrl)),
  ]);
  expect([alerts.ready.length, dead.ready.length]).toEqual([0, 1]);
});

test('the overview answers what is in doubt, and what needs a person', async () => {
  const page = await get('overview');
  expect(page).toContain('2 purchases are in doubt: up to 5 nodes, 900\u00a0CNY.');
  const tiles = [...page.matchAll(/<span class="figure">(\d+)<\/span><span class="word">.*?<\/svg>([\w ]+)</g)].map(
    ([, n, word]) => [word, Number(n)],
  );
  expect(tiles).toEqual([
    ['Parked', 1],
    ['In doubt', 1],
    ['Overdue', 1],
    ['Task failed', 1],
    ['Dead letters', 1],
  ]);
});

test('the flow has the messages of the day besides jobs, as the functions count them', async () => {
  count(world, { AlertsReceived: 412, Replays: 31, IgnoredMessages: 275 });
  let messages: string | undefined;
  // They are read in the background.
  while (!messages?.includes('412')) [, messages] = /<h3>Messages<\/h3>(.*?)<\/li>/.exec(await get('overview')) ?? [];
  expect([...messages.matchAll(/<dt>(.*?)<\/dt><dd>(\d+)/g)].map(([, name, count]) => [name, count])).toEqual([
    ['Replayed', '31'],
    ['Ignored', '275'],
    ['Waiting now', '0'],
    ['In work now', '0'],
    ['Delayed now', '0'],
  ]);
});

test('a job is found by its key, and an unknown one is named', async () => {
  const found = await world.request(`jobs?key=${encodeURIComponent(keys.parked)}`);
  expect([found.status, found.headers.get('location')]).toEqual([
    303,
    `job?${new URLSearchParams({ key: keys.parked }).toString()}`,
  ]);
  expect(await get('jobs?key=nobody')).toContain('no job has the key nobody');
});

test('jobs are filtered, and paged by the index', async () => {
  const rows = (page: string) => (page.match(/<a href="job\?key=/g) ?? []).length;
  expect(rows(await get('jobs?state=skipped'))).toBe(4);
  expect(rows(await get('jobs?source=schedule'))).toBe(2);
  expect(rows(await get('jobs?cluster=edge-chengdu'))).toBe(1);
  expect(await get('jobs?cluster=edge-chengdu&state=failed')).toContain(
    'npx scale-out list --cluster edge-chengdu --state failed --since 24h',
  );
});

test('a parked job shows its arithmetic with the limits as they were, and its three answers', async () => {
  const page = await get(job(keys.parked));
  expect(page).toContain('6 − 2 = 4: enough');
  for (const flag of ['--accepted TASK_ID', '--abandon --reason', '--abandon-and-ask-again'])
    expect(page).toContain(flag);
});

test('the form of a settlement never fills in a task', async () => {
  const page = await get(`act?do=resolve&answer=accepted&key=${encodeURIComponent(keys.parked)}`);
  expect(page).toContain('<input name="task" value=""');
});

test('the first view and its files are small', async () => {
  const paths = [
    'overview',
    ...['console.css', 'console.js', 'idiomorph.js', 'theme.js'].map((name) => `assets/${name}`),
  ];
  const sizes = await Promise.all(paths.map(async (path) => Buffer.byteLength(await get(path))));
  expect(sizes.reduce((all, size) => all + size, 0)).toBeLessThan(150 * 1024);
});
