// The console over a bad hour: every view, a page that only reads, and every action by keyboard alone.
import { count, openConsole } from '../console/console-world.ts';
import { hostile, keys, sampleClusters, sampleLedger, sampleNodes } from '../console/sample-ledger.ts';
import type { Page } from './browser.ts';
import type { CheckedPage, Suite } from './suite.ts';

const views: Readonly<Record<string, string>> = {
  overview: 'overview',
  jobs: 'jobs',
  'job-parked': `job?key=${encodeURIComponent(keys.parked)}`,
  'job-on-its-way': `job?key=${encodeURIComponent(keys.bought)}`,
  'job-hostile': `job?key=${encodeURIComponent(keys.hostile)}`,
  'dead-letters': 'dead-letters?read=1',
  leases: 'leases',
  health: 'health',
  'act-resolve': `act?do=resolve&answer=accepted&key=${encodeURIComponent(keys.parked)}`,
};

export const consoleSuite: Suite = {
  name: 'console',
  async open() {
    const [acting, reading] = await Promise.all([openSample(true), openSample(false)]);
    // The checks run when they are first looked at, and the jobs of a day are read in the background.
    await acting.request('health');
    for (const world of [acting, reading])
      while (!(await (await world.request('overview')).text()).includes('"lanes"'));
    const [acts, reads] = await Promise.all([acting.folder(), reading.folder()]);
    const pages: readonly CheckedPage[] = [
      ...Object.entries(views).map(([name, path]) => pageOf(acting, acts, name, path)),
      {
        ...pageOf(acting, acts, 'actions', 'overview'),
        check: (page, { width, theme }) => checkActions(page, acting, acts, `${width}${theme}`),
      },
      {
        ...pageOf(acting, acts, 'live', 'overview'),
        check: (page, { width, theme }) => checkLive(page, acting, `${width}${theme}`),
      },
      { ...pageOf(reading, reads, 'read-only', 'overview'), check: checkReadOnly },
    ];
    return {
      pages,
      close: async () => {
        await Promise.all([acting.close(), reading.close()]);
      },
    };
  },
};

type World = Awaited<ReturnType<typeof openConsole>>;

const openSample = (mayAct: boolean): Promise<World> =>
  openConsole({
    ...{ clusters: sampleClusters, nodes: sampleNodes, mayAct },
    async fill({ put, bury, services }) {
      count({ services }, { AlertsReceived: 24, Replays: 3, IgnoredMessages: 6 });
      await put(sampleLedger(Date.now()));
      await bury(`CPU of edge-chengdu is above 80 ${hostile}`, 'not-json', 'the message is no JSON');
      await bury(JSON.stringify(manual()), 'failed', 'it failed at every receive');
    },
  });

const manual = () => ({
  ...{ version: 1, kind: 'manual', key: 'match-day', cluster: 'edge-beijing', reach: 20, reason: 'match day' },
  ...{ requestedBy: 'li.wei', requestedAt: new Date().toISOString() },
});

const pageOf = ({ server }: World, folder: string, name: string, path: string): CheckedPage => ({
  name: `console-${name}`,
  url: `${folder}${path}`,
  enter: () => server.link(),
  mayLoad: [new URL(folder).origin],
});

const wait = (page: Page, until: string): Promise<boolean> =>
  page.evaluate<boolean>(`(async () => {
    for (let tries = 0; tries < 100; tries += 1) {
      if (${until}) return true;
      await new Promise((go) => setTimeout(go, 100));
    }
    return false;
  })()`);

interface Step {
  /** Of the folder of the pages. */
  readonly path: string;
  /** The box that has the link, as an expression. */
  readonly box: string;
  /** How the link begins. */
  readonly word: string;
  /** A part of the sentence that says what follows. */
  readonly consequence: string;
  /** Besides the reason, by name. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly previews?: true;
  /** A part of what the command prints in the end. */
  readonly result: string;
}

/** Every action, with the keyboard alone. @param name makes what it acts on unlike that of other looks */
async function checkActions(page: Page, world: World, folder: string, name: string): Promise<readonly string[]> {
  const now = Date.now();
  const key = `${keys.parked}-${name}`;
  const slot = sampleLedger(now).find(({ pk }) => pk === 'CLUSTER#edge-shenzhen');
  await world.put([{ ...slot, purchase: { ...Object(slot?.['purchase']), key } }]);
  await world.bury(JSON.stringify({ ...manual(), key: `redrive-${name}` }), 'failed', `redrive-${name}`);
  await world.bury(`drop-${name}`, 'not-json', `drop-${name}`);
  const card = `document.querySelector('#cluster-edge-beijing')`;
  const letter = (detail: string) =>
    `[...document.querySelectorAll('.letter')].find((one) => one.textContent.includes('${detail}-${name}'))`;
  const letters = 'dead-letters?read=1';
  const steps: readonly Step[] = [
    {
      ...{ path: 'overview', box: card, word: 'Pause', result: 'edge-beijing buys nothing' },
      ...{ consequence: 'It stops buying at once', fields: { until: '2h' } },
    },
    {
      ...{ path: 'overview', box: card, word: 'Resume', result: 'edge-beijing buys again' },
      consequence: 'It buys again',
    },
    {
      ...{ path: 'overview', box: card, word: 'Ask for nodes', result: `key-${name}`, previews: true },
      ...{ consequence: 'One key buys once', fields: { add: '2', callersKey: `key-${name}` } },
    },
    {
      ...{ path: `job?key=${encodeURIComponent(key)}`, box: 'document.body', word: 'It was not bought', result: key },
      consequence: 'It counts as not bought: the slot and its money are freed',
    },
    {
      ...{ path: letters, box: letter('redrive'), word: 'Redrive', result: '1 of 1 redriven', previews: true },
      consequence: 'It goes back to the alert queue',
    },
    {
      ...{ path: letters, box: letter('drop'), word: 'Drop', result: `why ${name}` },
      consequence: 'It is deleted for good',
    },
  ];
  const found: string[] = [];
  for (const step of steps) {
    await page.goto(`${folder}${step.path}`);
    found.push(...(await checkAction(page, step, `why ${name}`)).map((one) => `${step.word}: ${one}`));
  }
  return found;
}

async function type(page: Page, field: string, value: string): Promise<void> {
  await page.evaluate(`document.querySelector('dialog [name=${field}]').select()`);
  for (const key of value) await page.keyboard.press(key === ' ' ? 'Space' : key);
}

async function checkAction(page: Page, step: Step, reason: string): Promise<readonly string[]> {
  const { box, word, consequence, fields = {}, previews, result } = step;
  const link = `[...(${box}?.querySelectorAll('.act') ?? [])].find((one) => one.textContent.startsWith('${word}'))`;
  const submit = async () => {
    await page.evaluate(`document.querySelector('dialog form button:not(.copy)').focus()`);
    await page.keyboard.press('Enter');
  };
  const shown = (selector: string) =>
    page.evaluate<string>(`document.querySelector('dialog ${selector}')?.textContent ?? ''`);
  const found: string[] = [];
  if (!(await wait(page, link))) return ['it is not offered'];
  await page.evaluate(`${link}.focus()`);
  await page.keyboard.press('Enter');
  if (!(await wait(page, `document.querySelector('dialog[open] textarea')`))) return ['it opens no dialog'];
  if (!(await shown('form')).includes(consequence)) found.push(`it does not say "${consequence}"`);
  for (const [name, value] of Object.entries(fields)) await type(page, name, value);
  await submit();
  if (!(await page.evaluate<boolean>(`document.querySelector('dialog textarea').matches(':invalid:focus')`)))
    found.push('it does not ask for a reason');
  await type(page, 'reason', reason);
  if (!(await wait(page, `document.querySelector('dialog code').textContent.includes("--reason '${reason}'")`)))
    found.push(`it does not show its command live: ${await shown('code')}`);
  if (previews && (await shown('#preview pre')) === '') found.push('it does not show what would be decided');
  await submit();
  if (!(await wait(page, `document.querySelector('dialog[open] .state.ok')`)))
    return [...found, `it was not done: ${await shown('pre')}`];
  if (!(await shown('pre')).includes(result)) found.push(`its result is "${await shown('pre')}", without ${result}`);
  await page.keyboard.press('Escape');
  if (!(await wait(page, `!document.querySelector('dialog[open]')`))) found.push('Escape does not close the dialog');
  return found;
}

const jobsShown = `Number(document.querySelector('.flow li:nth-child(2) .figure').textContent)`;

/** What changes shows, and what is read does not move. */
async function checkLive(page: Page, world: World, name: string): Promise<readonly string[]> {
  await wait(page, `document.querySelector('.lanes')`);
  const before = await page.evaluate<readonly number[]>(`(scrollTo(0, 400), [${jobsShown}, scrollY])`);
  const job = sampleLedger(Date.now()).find(({ pk }) => pk === `JOB#${keys.hostile}`);
  const key = `manual/edge-beijing/live-${name}`;
  await world.put([{ ...job, pk: `JOB#${key}`, key, at: Date.now() }]);
  const from = performance.now();
  const shows = await wait(page, `${jobsShown} > ${before[0]}`);
  console.log(`      a new job shows after ${Math.round(performance.now() - from)} ms`);
  const scrolled = await page.evaluate<number>('scrollY');
  return [
    ...(shows ? [] : ['a new job does not show']),
    ...(scrolled === before[1] ? [] : [`the page moved from ${before[1]} to ${scrolled}`]),
  ];
}

async function checkReadOnly(page: Page): Promise<readonly string[]> {
  const actions = await page.evaluate<number>(`document.querySelectorAll('.act,form[method=post]').length`);
  return actions === 0 ? [] : [`a page that only reads has ${actions} actions`];
}
