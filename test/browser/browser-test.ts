// npm run browser-test: opens the pages in a real browser, narrow and wide, light and dark.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Option } from 'commander';
import { describeError } from '../../functions/cli/terminal/errors.ts';
import { createCommand, runCommand } from '../support/command.ts';
import { backtestSuite } from './backtest-suite.ts';
import { startBrowser } from './browser.ts';
import { consoleSuite } from './console-suite.ts';
import { checkPage, looks, type Suite } from './suite.ts';

const suites: readonly Suite[] = [backtestSuite, consoleSuite];

interface Options {
  readonly screenshots?: string;
  readonly only?: string;
}

const command = createCommand(
  'browser-test',
  `Opens every page in Chromium at 360 and 1600 pixels in both themes. Checks that nothing is loaded or logged, nothing
overflows, the keyboard reaches everything, WCAG 2.1 AA (contrast too), and the figures against the JSON.`,
  ['', '--screenshots /tmp/pages', `--only ${suites[0]?.name}`],
  '0 when every check holds, 1 when one does not and without a browser',
)
  .option('--screenshots <dir>', 'write a picture of every page, width and theme')
  .addOption(new Option('--only <suite>').choices(suites.map(({ name }) => name)));

await runCommand(command, async () => {
  const { screenshots, only } = command.opts<Options>();
  if (screenshots !== undefined) await mkdir(screenshots, { recursive: true });
  const browser = await startBrowser().catch(describeError);
  if (typeof browser === 'string') {
    console.error(browser);
    return 1;
  }
  let wrong = 0;
  let checked = 0;
  try {
    for (const suite of suites.filter(({ name }) => only === undefined || name === only)) {
      const { pages, close } = await suite.open();
      try {
        for (const page of pages)
          for (const look of looks) {
            const name = `${page.name}-${look.width}-${look.theme}`;
            const picture = screenshots === undefined ? undefined : path.join(screenshots, `${name}.png`);
            const found = await checkPage(browser, page, look, picture);
            console.log(`${found.length === 0 ? 'ok   ' : 'WRONG'} ${name}`);
            for (const one of found) console.log(`      ${one}`);
            wrong += found.length;
            checked += 1;
          }
      } finally {
        await close();
      }
    }
  } finally {
    await browser.close();
  }
  console.log(`${checked} pages opened, ${wrong === 0 ? 'nothing is wrong' : `${wrong} things are wrong`}`);
  return wrong === 0 && checked > 0 ? 0 : 1;
});
