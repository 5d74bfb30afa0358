// Debian's Chromium under playwright-core, with axe-core. Neither is a dependency of the project: both are installed into a folder of
// their own, which is removed at the end.
import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const tools = ['playwright-core@1.65.1', 'axe-core@4.14.1'];

/** What is used of playwright-core's page. */
export interface Page {
  goto(url: string): Promise<unknown>;
  /** @param script is run in the page; an expression where it is a text */
  evaluate<T>(script: string): Promise<T>;
  readonly keyboard: { press(key: string): Promise<void> };
  readonly mouse: { move(x: number, y: number): Promise<void> };
  emulateMedia(options: { readonly media?: 'print' | 'screen' }): Promise<void>;
  setViewportSize(size: { readonly width: number; readonly height: number }): Promise<void>;
  screenshot(options: { readonly path: string; readonly fullPage?: boolean }): Promise<unknown>;
  on(event: 'console', heard: (message: { type(): string; text(): string }) => void): void;
  on(event: 'pageerror', heard: (error: Error) => void): void;
  on(event: 'request', heard: (request: { url(): string }) => void): void;
}

interface Context {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

export interface Look {
  readonly width: number;
  readonly theme: 'light' | 'dark';
}

export interface Browser {
  /** A page of this width in this theme, for as long as `use` takes. */
  withPage<T>(look: Look, use: (page: Page) => Promise<T>): Promise<T>;
  /** To be evaluated in a page: defines `axe`. */
  readonly axeSource: string;
  close(): Promise<void>;
}

/** @throws Error that says how to get a browser where there is none */
export async function startBrowser(): Promise<Browser> {
  const executablePath = await findChromium();
  const folder = await mkdtemp(path.join(tmpdir(), 'browser-test-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    await promisify(execFile)('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, ...tools]);
    const { chromium } = createRequire(path.join(folder, 'any.js'))('playwright-core') as {
      readonly chromium: { launch(options: object): Promise<Launched> };
    };
    // Everything that is opened is our own, and in a container root has no sandbox.
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--force-device-scale-factor=1'] });
    return {
      axeSource: await readFile(path.join(folder, 'node_modules/axe-core/axe.min.js'), 'utf8'),
      withPage: async ({ width, theme }, use) => {
        const viewport = { width, height: width < 800 ? 780 : 1000 };
        const context = await browser.newContext({ viewport, colorScheme: theme, reducedMotion: 'reduce' });
        try {
          return await use(await context.newPage());
        } finally {
          await context.close();
        }
      },
      close: async () => {
        await browser.close();
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

interface Launched {
  newContext(options: object): Promise<Context>;
  close(): Promise<void>;
}

async function findChromium(): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, 'chromium');
    if (await canRun(file)) return file;
  }
  throw new Error('there is no chromium on the PATH: apt-get install chromium');
}

const canRun = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
