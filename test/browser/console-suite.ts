// The console over a bad hour: every view, a page that only reads, and every action by keyboard alone.
import { openConsole } from '../console/console-world.ts';
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
        check: (page, { width, theme }) => checkActions(page, `${width}${theme}`),
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
    async fill({ put, bury }) {
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

/** Reads what is there without a mouse. */
const text = (page: Page): Promise<string> => page.evaluate<string>('document.body.textContent');
const wait = (page: Page, until: string): Promise<boolean> =>
  page.evaluate<boolean>(`(async () => {
    for (let tries = 0; tries < 100; tries += 1) {
      if (${until}) return true;
      await new Promise((go) => setTimeout(go, 100));
    }
    return false;
  })()`);

/** Pauses and resumes a cluster with the keyboard. @param name makes the reason unlike those of other looks */
async function checkActions(page: Page, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  const reason = `why ${name}`;
  for (const word of ['Pause', 'Resume']) {
    await wait(
      page,
      `[...document.querySelectorAll('#cluster-edge-beijing .act')].some((one) => one.textContent.startsWith('${word}'))`,
    );
    await page.evaluate(
      `[...document.querySelectorAll('#cluster-edge-beijing .act')].find((one) => one.textContent.startsWith('${word}')).focus()`,
    );
    await page.keyboard.press('Enter');
    if (!(await wait(page, `document.querySelector('dialog[open] textarea')`)))
      return [...found, `${word} opens no dialog`];
    // The first field has the focus.
    await page.evaluate(`document.querySelector('dialog textarea').focus()`);
    for (const key of reason) await page.keyboard.press(key === ' ' ? 'Space' : key);
    if (!(await wait(page, `document.querySelector('dialog code').textContent.includes("--reason '${reason}'")`)))
      found.push(
        `${word} does not show its command live: ${await page.evaluate<string>(`document.querySelector('dialog code').textContent`)}`,
      );
    await page.evaluate(`document.querySelector('dialog button.primary').focus()`);
    await page.keyboard.press('Enter');
    if (!(await wait(page, `document.querySelector('dialog[open] .state.ok')`)))
      found.push(`${word} was not done: ${await text(page)}`);
    await page.keyboard.press('Escape');
    if (!(await wait(page, `!document.querySelector('dialog[open]')`)))
      found.push(`${word}: Escape does not close the dialog`);
  }
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
  const shows = await wait(page, `${jobsShown} > ${before[0]}`);
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
