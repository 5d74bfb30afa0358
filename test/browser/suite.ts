// What a suite of pages is, and the checks that every page must pass.
import type { Browser, Look, Page } from './browser.ts';

export interface CheckedPage {
  /** For the output and for file names, such as `backtest`. */
  readonly name: string;
  readonly url: string;
  /** A URL that admits a browser, which is opened before. */
  readonly enter?: () => string;
  /** Beginnings of the URLs that it may load, besides its own; none by default. */
  readonly mayLoad?: readonly string[];
  /** What else must hold for this page. @returns what is wrong, in words */
  readonly check?: (page: Page, look: Look) => Promise<readonly string[]>;
}

export interface Suite {
  readonly name: string;
  /** Makes the pages, or starts what serves them. */
  readonly open: () => Promise<{ readonly pages: readonly CheckedPage[]; readonly close: () => Promise<void> }>;
}

export const looks: readonly Look[] = [360, 1600].flatMap((width) =>
  (['light', 'dark'] as const).map((theme) => ({ width, theme })),
);

/** A4 between margins of 12 mm. */
const paperWidth = 703;

/** Opens a page and checks it. @returns what is wrong, in words: nothing for a good page */
export async function checkPage(
  { withPage, axeSource }: Browser,
  checked: CheckedPage,
  look: Look,
  screenshot: string | undefined,
): Promise<readonly string[]> {
  return withPage(look, async (page) => {
    const heard: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) heard.push(`the console says: ${message.text()}`);
    });
    page.on('pageerror', ({ message }) => heard.push(`the page throws: ${message}`));
    page.on('request', (request) => {
      const own = [checked.url, 'data:', ...(checked.mayLoad ?? [])].some((start) => request.url().startsWith(start));
      if (!own) heard.push(`the page loads ${request.url()}`);
    });
    if (checked.enter) await page.goto(checked.enter());
    await page.goto(checked.url);
    if (screenshot !== undefined) await page.screenshot({ path: screenshot, fullPage: true });
    const found = [
      ...(await overflow(page)),
      ...(await keyboard(page)),
      ...(await accessibility(page, axeSource)),
      ...((await checked.check?.(page, look)) ?? []),
    ];
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: paperWidth, height: 1000 });
    return [...found, ...(await overflow(page)).map((one) => `in print, ${one}`), ...heard];
  });
}

/** The page fits its width; what is wider scrolls within its own box. */
async function overflow(page: Page): Promise<readonly string[]> {
  const wide = await page.evaluate<string[]>(`(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const beyond = [...document.body.querySelectorAll('*')].filter((one) =>
      one.getBoundingClientRect().right > clientWidth + 1 && !one.closest('.scrolls'));
    return ['it is ' + scrollWidth + ' px wide in ' + clientWidth + ' px: ' +
      beyond.slice(0, 5).map((one) => one.tagName.toLowerCase() + '.' + one.getAttribute('class')).join(', ')];
  })()`);
  return wide;
}

const mostStops = 400;

/**
 * Tab reaches everything that can be used, and each stop is seen. The page may change meanwhile: what is added takes stops of its own, and
 * what is gone needs none.
 */
async function keyboard(page: Page): Promise<readonly string[]> {
  await page.evaluate(`(() => {
    window.usable = () =>
      [...document.querySelectorAll('a[href],button,input,select,textarea,summary,[tabindex="0"]')].filter(
        (one) => !one.disabled && one.checkVisibility({ visibilityProperty: true }));
    window.stops = window.usable().slice(0, ${mostStops});
    window.reached = new Set();
  })()`);
  const found: string[] = [];
  for (let press = 0; press < 2 * mostStops; press++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate<{ isEnd: boolean; name: string; seen: boolean }>(`(() => {
      const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
      const isEnd = one === document.body || window.reached.has(one);
      window.reached.add(one);
      return { isEnd, name: one.outerHTML.slice(0, 80),
        seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 && box.bottom > 0 && box.top < innerHeight };
    })()`);
    if (stop.isEnd) break;
    if (!stop.seen) found.push(`the focus is not seen on ${stop.name}`);
  }
  const missed = await page.evaluate<string[]>(`(() => {
    const usable = new Set(window.usable());
    return window.stops.filter((one) => usable.has(one) && !window.reached.has(one)).map((one) => one.outerHTML.slice(0, 80));
  })()`);
  if (missed.length > 0) found.push(`Tab misses ${missed.length} controls, such as ${missed[0]}`);
  return found;
}

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** WCAG 2.1 AA, contrast included, and axe's best practices. */
async function accessibility(page: Page, axeSource: string): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const violations = await page.evaluate<Violation[]>(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }).then(({ violations }) => violations)`,
  );
  return violations.map(({ id, help, nodes }) => {
    const [first] = nodes;
    return `${id}: ${help}, ${nodes.length} times, such as ${first?.html.slice(0, 160)} (${first?.failureSummary?.replaceAll(/\s+/g, ' ').slice(0, 240)})`;
  });
}
