// The routes of the console. GET reads; POST acts, and is there only where the console may act.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { describeError } from '../cli/terminal/errors.ts';
import { baseStyle } from '../pages/base-style.ts';
import { html } from '../pages/html.ts';
import type { Access } from './access.ts';
import { actionOf, begun, commandText, type Fields, missing, runCommand } from './acting/actions.ts';
import { consoleStyle } from './client/console-style.ts';
import { type Place, refreshMs } from './reading/place.ts';
import type { Readings } from './reading/readings.ts';
import { createViews, type Shown } from './show.ts';
import { renderAct, renderDone } from './views/act.ts';
import { renderPage } from './views/layout.ts';
import { heading, type View } from './views/view.ts';

const read = (file: URL | string): string => readFileSync(file, 'utf8');
const near = (name: string): string => read(new URL(`./client/${name}`, import.meta.url));

const assets: Readonly<Record<string, readonly [type: string, text: string]>> = {
  'console.css': ['text/css', baseStyle + consoleStyle],
  'console.js': ['text/javascript', near('console.js')],
  'theme.js': ['text/javascript', near('theme.js')],
  // The small build is a script; this makes it the module that the large one is.
  'idiomorph.js': [
    'text/javascript',
    `${read(fileURLToPath(import.meta.resolve('idiomorph/dist/idiomorph.min.js')))}\nexport { Idiomorph };`,
  ],
};

const maxFormBytes = 16 * 1024;

/** @param touch is called for each request of an admitted browser */
export function createApp(place: Place, readings: Readings, access: Access, touch: () => void): Hono {
  const { deps, mayAct, target, timeZone, config } = place;
  const clusters = Object.keys(config.clusters);
  const views = createViews(place, readings);
  const viewNow = (): View => ({ now: deps.now(), timeZone, mayAct, flags: target.flags });
  const app = new Hono();

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        ...{ scriptSrc: ["'self'"], styleSrc: ["'self'"], connectSrc: ["'self'"], imgSrc: ['data:'] },
        ...{ formAction: ["'self'"], baseUri: ["'none'"], frameAncestors: ["'none'"] },
      },
      xFrameOptions: 'DENY',
      referrerPolicy: 'no-referrer',
      strictTransportSecurity: false,
    }),
  );
  app.use(async (context, next) => {
    await next();
    // Pages hold what is nobody else's business, and change.
    if (!context.res.headers.has('cache-control')) context.header('cache-control', 'no-store');
  });
  app.use(access.guard);

  app.get('/', (context) => {
    if (access.admit(context, context.req.query('token') ?? ''))
      return context.redirect(`${access.path}/overview`, 303);
    return context.text(
      'This link was used before, or is not one of this console. Use the page that it opened, or start npx scale-out console again.',
      403,
    );
  });

  const inside = new Hono();
  inside.use(async (_context, next) => {
    touch();
    await next();
  });

  async function respond(context: Context, current: string, shown: Shown, everyMs: number | undefined, status = 200) {
    const { title, body } = shown;
    // Where nothing can be read, the page says so itself.
    const { at, deadLetters, undelivered } = await readings
      .snapshot()
      .catch(() => ({ at: deps.now(), deadLetters: { waiting: 0 }, undelivered: undefined }));
    const { last } = readings.health();
    const page = renderPage({
      ...{
        view: viewNow(),
        place: target.engine ? 'local engine' : target.name.replace(/^the stack /, ''),
        region: target.aws.region,
      },
      ...{ current, title, readAt: at, everyMs, body },
      deadLetters: [deadLetters, undelivered].reduce(
        (all, one) => all + (one === undefined || 'unknown' in one ? 0 : one.waiting),
        0,
      ),
      problems: last?.findings.filter((one) => one.status === 'fail').length ?? 0,
    });
    return context.html(page, status as 200);
  }

  /** What cannot be read shows as a page that is read again. */
  const view = (
    name: string,
    current: string,
    isLive: (query: Fields) => boolean,
    show: (query: Fields, now: View) => Promise<Shown>,
  ) =>
    inside.get(`/${name}`, async (context) => {
      const query = context.req.query();
      const shown = await show(query, viewNow()).catch(
        (error: unknown): Shown => ({
          title: 'It cannot be read',
          body: heading('It cannot be read.', describeError(error)),
        }),
      );
      if ('redirect' in shown && shown.redirect !== undefined) return context.redirect(shown.redirect, 303);
      const stays = shown.isSlow || !isLive(query);
      return respond(context, current, shown, stays ? undefined : refreshMs(place));
    });

  const always = () => true;
  view('overview', 'overview', always, views.overview);
  // Older pages do not change.
  view('jobs', 'jobs', (query) => (query['cursor'] ?? '') === '', views.jobs);
  view('job', 'jobs', always, views.job);
  // What was read on demand stays as it was read.
  view('dead-letters', 'dead-letters', ({ read: isRead }) => isRead === undefined, views.deadLetters);
  view('leases', 'leases', always, views.leases);
  view('health', 'health', always, views.health);

  inside.get('/assets/:name', (context) => {
    const asset = Object.hasOwn(assets, context.req.param('name')) ? assets[context.req.param('name')] : undefined;
    if (!asset) return context.notFound();
    context.header('content-type', `${asset[0]}; charset=utf-8`);
    context.header('cache-control', 'private, max-age=86400');
    return context.body(asset[1]);
  });

  if (mayAct) {
    inside.get('/act', async (context) => {
      const values = begun(context.req.query(), deps.now());
      const action = actionOf(values, clusters);
      if (!action) return context.notFound();
      const preview = action.preview && (await runCommand(action.preview, place));
      const body = renderAct({ action, values, command: commandText(action.args, target.flags), preview });
      return respond(context, '', { title: action.title, body }, undefined);
    });
    inside.post('/act', bodyLimit({ maxSize: maxFormBytes }), async (context) => {
      const values = Object.fromEntries(
        Object.entries(await context.req.parseBody()).flatMap(([name, value]) =>
          typeof value === 'string' ? [[name, value]] : [],
        ),
      );
      const action = actionOf(values, clusters);
      if (!action) return context.notFound();
      const command = commandText(action.args, target.flags);
      const problem = missing(action, values);
      if (problem !== undefined)
        return respond(
          context,
          '',
          { title: action.title, body: renderAct({ action, values: begun(values, deps.now()), command, problem }) },
          undefined,
          400,
        );
      const ran = await runCommand(action.args, place);
      const body = renderDone({ action, command, ran });
      return respond(context, '', { title: action.title, body }, undefined, ran.code === 0 ? 200 : 409);
    });
  }

  app.route(access.path, inside);
  app.notFound((context) => context.html(html`<p>There is no such page.</p>`.toString(), 404));
  app.onError((error, context) =>
    error instanceof HTTPException ? error.getResponse() : context.text(`error: ${describeError(error)}`, 500),
  );
  return app;
}
