// One process of a bundled function, fresh, that tells what it takes.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { limitCpu } from './limit-cpu.ts';
import { type Imported, type Order, type Reply, replySchema, type Work } from './messages.ts';

export interface MeasuredFunction {
  readonly imported: Imported;
  /** Invokes one after the other. @throws Error with what the handler threw */
  invoke(events: readonly unknown[]): Promise<Work>;
  /** Files of the bundle that were loaded so far; none unless they are listed. */
  readonly files: () => readonly string[];
  /** Lines on standard output so far; none unless they are read. */
  readonly log: () => readonly string[];
  stop(): Promise<void>;
}

export interface MeasuredFunctionOptions {
  /** The bundle's module. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  /** Collects garbage after each order: for a look at the memory that is in use. */
  readonly collectsGarbage?: boolean;
  readonly listsFiles?: boolean;
  /** Keeps the lines of its log, on demand: reading them takes time of the benchmark's process. */
  readonly readsLog?: boolean;
  /** Of one processor, from the first invocation on, as Lambda has it by the memory: an import has a whole one. */
  readonly cpuShare?: number;
}

/** All at once would take more memory than the function does. */
const eventsPerOrder = 20;

/** @throws Error when the function cannot be loaded */
export async function startMeasuredFunction(options: MeasuredFunctionOptions): Promise<MeasuredFunction> {
  const { file, env, collectsGarbage = false, listsFiles = false, readsLog = false, cpuShare } = options;
  const child = fork(fileURLToPath(new URL('./runtime.ts', import.meta.url)), [file, ...(listsFiles ? ['list'] : [])], {
    // Nothing of our own environment gets in, nor, by way of a home directory, the AWS configuration of whoever runs it.
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nowhere', USERPROFILE: '/nowhere', ...env },
    execArgv: collectsGarbage ? ['--expose-gc'] : [],
    // Its log costs it what writing costs, and nobody reads it.
    stdio: ['ignore', readsLog ? 'pipe' : 'ignore', 'pipe', 'ipc'],
  });
  const printed = lastWords(child);
  const exited = once(child, 'exit');
  let logged = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    logged += chunk.toString('utf8');
  });
  let files: readonly string[] = [];

  async function next(order?: Order): Promise<Reply> {
    const answered = once(child, 'message').then(([message]) => replySchema.parse(message));
    if (order) child.send(order);
    const reply = await Promise.race([
      answered,
      exited.then((): never => {
        throw new Error(`the function's process ended: ${printed()}`);
      }),
    ]);
    if (reply.kind === 'threw') throw new Error(`the function threw: ${reply.why}`);
    return reply;
  }

  const first = await next();
  if (first.kind !== 'imported') throw new Error(`the function's process said ${first.kind} before it was loaded`);
  files = first.imported.files;
  const unlimit = cpuShare === undefined ? undefined : limitCpu(child.pid ?? 0, cpuShare);
  return {
    imported: first.imported,
    async invoke(events) {
      let total: Work = { wallMs: 0, cpuMs: 0, values: [], heapBytes: 0, rssBytes: 0 };
      for (let at = 0; at < events.length; at += eventsPerOrder) {
        const looks = at + eventsPerOrder >= events.length;
        const reply = await next({ events: events.slice(at, at + eventsPerOrder), looks });
        if (reply.kind !== 'worked') throw new Error(`the function's process said ${reply.kind}`);
        files = reply.files;
        total = added(total, reply.work);
      }
      return total;
    },
    files: () => files,
    log: () => logged.split('\n').filter(Boolean),
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
      unlimit?.();
    },
  };
}

function added(total: Work, work: Work): Work {
  const values = [...total.values, ...work.values];
  return { ...work, values, wallMs: total.wallMs + work.wallMs, cpuMs: total.cpuMs + work.cpuMs };
}

/** The end of what a process prints as errors. */
function lastWords({ stderr }: ChildProcess): () => string {
  let text = '';
  stderr?.on('data', (chunk: Buffer) => {
    text = `${text}${chunk.toString('utf8')}`.slice(-4000);
  });
  return () => text;
}
