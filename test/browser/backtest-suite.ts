// The report of a backtest: a made-up month with hostile names, another policy and suggestions; and what the command writes for two
// days.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { renderBacktestPage } from '../../functions/backtest/page/backtest-page.ts';
import type { BacktestResult, Figures } from '../../functions/backtest/result.ts';
import { sampleResult } from '../backtest/page/sample-result.ts';
import type { Page } from './browser.ts';
import type { Suite } from './suite.ts';

export const backtestSuite: Suite = {
  name: 'backtest',
  async open() {
    const folder = await mkdtemp(path.join(tmpdir(), 'backtest-pages-'));
    const month = sampleResult({ days: 31 });
    await writeFile(path.join(folder, 'backtest-month.html'), renderBacktestPage(month, { timeZone: 'Asia/Shanghai' }));
    const results = { 'backtest-month': month, 'backtest-command': await runCommand(folder) };
    return {
      pages: Object.entries(results).map(([name, result]) => ({
        name,
        url: pathToFileURL(path.join(folder, `${name}.html`)).href,
        check: (page: Page) => checkAgainst(result, page),
      })),
      close: () => rm(folder, { recursive: true }),
    };
  },
};

/** The page and the JSON of one run of the command, for two days of made-up load. */
async function runCommand(folder: string): Promise<BacktestResult> {
  const { input } = sampleResult({ days: 2 });
  const lines = input.demand.flatMap((nodes, minute) =>
    nodes === null ? [] : [`${new Date(input.startAt + minute * 60_000).toISOString()},${nodes * perNode}`],
  );
  const metric = path.join(folder, 'load.csv');
  await writeFile(metric, ['timestamp,value', ...lines, 'tomorrow,1'].join('\n'));
  const given = ['--metric', metric, '--per-node', `${perNode}`, '--nodes', `${input.initialNodes}`];
  const command = [
    'functions/cli/scale-out.ts',
    'backtest',
    ...given,
    '--html',
    path.join(folder, 'backtest-command.html'),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [...command, '--json'], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as BacktestResult;
}

const perNode = 5000;

async function checkAgainst(result: BacktestResult, page: Page): Promise<readonly string[]> {
  return [
    ...(await checkFigures(result, page)),
    ...(await checkText(result, page)),
    ...(await checkSlider(result, page)),
  ];
}

/** What the key figures, and the column of the policy, must show. */
const shownFigures: Readonly<Record<string, (figures: Figures) => number | null>> = {
  'Nodes bought': ({ nodesBought }) => nodesBought,
  Money: ({ cents }) => cents / 100,
  'Minutes short': ({ minutesShort }) => minutesShort,
  'Node-minutes short': ({ nodeMinutesShort }) => nodeMinutesShort,
  'Breach to Ready': ({ breachToReady }) => breachToReady.median,
  'Idle node-hours': ({ idleNodeHours }) => idleNodeHours,
  Regret: ({ regretCents }) => (regretCents ?? 0) / 100,
};

async function checkFigures({ runs }: BacktestResult, page: Page): Promise<readonly string[]> {
  const tiles = await page.evaluate<readonly (readonly [string, string])[]>(
    `[...document.querySelectorAll('.stats>div')].map((one) => [one.querySelector('dt').textContent, one.querySelector('.figure').firstChild.textContent])`,
  );
  const [policy] = runs;
  if (!policy) return ['the result has no run'];
  const wrong = Object.entries(shownFigures).flatMap(([label, of]) => {
    const shown = tiles.find(([name]) => name === label)?.[1] ?? 'nothing';
    const value = of(policy.figures);
    const number = Number(shown.replaceAll(',', '').replace('\u2212', '-'));
    const same = value === null ? shown === '\u2013' : Math.abs(number - value) <= (Math.abs(value) < 10 ? 0.05 : 0.5);
    return same ? [] : [`${label} shows ${shown}, and is ${value}`];
  });
  const row = await page.evaluate<readonly string[]>(
    `[...document.querySelectorAll('.side tbody tr')].filter((one) => one.cells[0].textContent === 'Minutes short').flatMap((one) => [...one.cells].slice(1).map((cell) => cell.textContent)).filter((text) => !/worse|better|same/.test(text))`,
  );
  const minutes = runs.map(({ figures }) => figures.minutesShort);
  const shownMinutes = row.map((text) => Number(text.replaceAll(',', '')));
  return JSON.stringify(minutes) === JSON.stringify(shownMinutes)
    ? wrong
    : [...wrong, `the table shows ${shownMinutes.join(', ')} minutes short, and they are ${minutes.join(', ')}`];
}

/** Names of alarms and files are shown as they are, and are no markup. */
async function checkText({ runs, input }: BacktestResult, page: Page): Promise<readonly string[]> {
  const { title, images, decisions, text } = await page.evaluate<{
    readonly title: string;
    readonly images: number;
    readonly decisions: readonly string[];
    readonly text: string;
  }>(`({
    title: document.title, images: document.images.length, text: document.body.textContent,
    decisions: [...document.querySelectorAll('.decisions tr:not(.month) td:nth-child(2)')].map((one) => one.firstChild.textContent),
  })`);
  const says = runs[0]?.decisions.map((one) => one.says) ?? [];
  return [
    ...(title.startsWith('Backtest of') && images === 0 ? [] : ['text became markup']),
    ...(text.includes(input.name) ? [] : ['the name of the file is not shown as it is']),
    ...(JSON.stringify(decisions) === JSON.stringify(says)
      ? []
      : [`of ${says.length} decisions ${decisions.length} are shown, or in other words`]),
  ];
}

/** The slider reaches every part of the trace with the keyboard, and the peak with it. */
async function checkSlider({ input }: BacktestResult, page: Page): Promise<readonly string[]> {
  await page.evaluate(`document.querySelector('#readout input').focus()`);
  await page.keyboard.press('End');
  const last = await page.evaluate<string>(`document.querySelector('#readout output').textContent`);
  const highest = await page.evaluate<number>(`(() => {
    const slider = document.querySelector('#readout input');
    let highest = 0;
    for (let at = 0; at <= Number(slider.max); at++) {
      slider.value = at; slider.dispatchEvent(new Event('input'));
      highest = Math.max(highest, Number(/demand (?:up to )?([\\d.]+)/.exec(slider.getAttribute('aria-valuetext'))[1]));
    }
    return highest;
  })()`);
  const peak = input.demand.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return [
    ...(last.includes('Ready') ? [] : [`the slider says "${last}" at its end`]),
    ...(Math.abs(highest - peak) <= 0.05 ? [] : [`the slider finds a peak of ${highest}, and it is ${peak}`]),
  ];
}
