// The inside of a measured function's process: loads a bundle as Lambda's runtime does, and times what that and each
// invocation take. What it does itself, and the messages to and from the benchmark, stay outside of the clock.
import { registerHooks } from 'node:module';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { Imported, Order, Reply, Work } from './messages.ts';

const [, , file = '', listsFiles] = process.argv;
const { href } = pathToFileURL(file);
const files: string[] = [];

// Only on demand: a hook takes time with each module.
if (listsFiles)
  registerHooks({
    load(url, context, next) {
      if (url.startsWith(new URL('.', href).href)) files.push(basename(url));
      return next(url, context);
    },
  });

process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());

const { cost, value: module } = await timed(() => import(href));
const handler = handlerOf(module);
process.on('message', (order) => {
  if (!isOrder(order)) return;
  work(order).then(
    (done) => reply({ kind: 'worked', work: done, files }),
    (error: unknown) => reply({ kind: 'threw', why: inspect(error) }),
  );
});
const imported: Imported = { ...cost, files };
reply({ kind: 'imported', imported });

type Handler = (event: unknown, context: object) => unknown;

function handlerOf(loaded: unknown): Handler {
  const exported: unknown = typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, 'handler') : undefined;
  if (typeof exported !== 'function') throw new Error('the bundle exports no handler');
  return (event, context) => Reflect.apply(exported, undefined, [event, context]);
}

async function timed<T>(run: () => Promise<T>): Promise<{ readonly cost: Pick<Work, 'wallMs' | 'cpuMs'>; value: T }> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const value = await run();
  const { user, system } = process.cpuUsage(before);
  return { cost: { wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1000 }, value };
}

async function work({ events, looks }: Order): Promise<Work> {
  const result = await timed(async () => {
    const values: unknown[] = [];
    for (const event of events) values.push(await handler(event, contextOf()));
    return values;
  });
  return { ...result.cost, values: result.value, ...(looks ? lookAtMemory() : { heapBytes: 0, rssBytes: 0 }) };
}

function lookAtMemory(): Pick<Work, 'heapBytes' | 'rssBytes'> {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapBytes: heapUsed, rssBytes: rss };
}

const isOrder = (message: unknown): message is Order =>
  typeof message === 'object' && message !== null && 'events' in message && 'looks' in message;

let invocations = 0;

function contextOf() {
  invocations += 1;
  const deadline = Date.now() + 60_000;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'bench',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
    memoryLimitInMB: '512',
    awsRequestId: `request-${invocations}`,
    logGroupName: '/aws/lambda/bench',
    logStreamName: 'bench',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function reply(message: Reply): void {
  process.send?.(message);
}
