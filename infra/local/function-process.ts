// One execution environment of a Lambda function: a process with the bundle in it, which takes one invocation at a time.
// As with Lambda, running out of time kills the process, and a process that ended is never used again.
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { replySchema } from './lambda-messages.ts';

export interface FunctionProcessOptions {
  /** The bundle's module. */
  readonly file: string;
  /** All that the process sees of an environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The function's timeout. It starts with an invocation; loading has a time of its own. */
  readonly timeoutMs: number;
  /** Gets each line that the function prints. */
  readonly onLine: (line: string) => void;
}

export interface FunctionProcess {
  readonly pid: number;
  readonly hasEnded: () => boolean;
  /** Resolves once the module is loaded. Rejects when it cannot be. */
  ready(): Promise<void>;
  /** Not to be called while an invocation runs. Rejects with what Lambda would report: a throw, a timeout, a crash. */
  invoke(event: unknown): Promise<unknown>;
  /** Ends the process as the end of its machine would: at once, whatever it is doing. */
  kill(): void;
  /** Ends an idle process, and waits until all that it printed has arrived. */
  stop(): Promise<void>;
}

/** Lambda gives a function ten seconds to load; a busy machine at home gets more. */
const loadTimeoutMs = 30_000;

interface Waiting {
  readonly requestId: string | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export function startFunctionProcess({ file, env, timeoutMs, onLine }: FunctionProcessOptions): FunctionProcess {
  const child = fork(join(import.meta.dirname, 'lambda-runtime.ts'), [file], {
    env: { ...env },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const printed = [child.stdout, child.stderr].map(async (stream) => {
    if (stream) for await (const line of createInterface({ input: stream })) onLine(line);
  });
  /** Who waits for the next reply: the loading (without a request id) or an invocation. */
  let waiting: Waiting | undefined;
  let overdue: string | undefined;
  // Not its event `close`, which never comes once this side has disconnected.
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });

  function expect(requestId: string | undefined, withinMs: number, whenLate: string): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => {
      overdue = whenLate;
      child.kill('SIGKILL');
    }, withinMs);
    waiting = { requestId, resolve, reject };
    return promise.finally(() => clearTimeout(timer));
  }

  child.on('message', (message) => {
    const reply = replySchema.parse(message);
    if (reply.kind === 'ready') waiting?.resolve(undefined);
    else if (reply.requestId !== waiting?.requestId) return;
    else if (reply.kind === 'returned') waiting.resolve(reply.value);
    else waiting.reject(new Error(`${reply.type}: ${reply.message}`));
  });
  child.on('error', (error) => waiting?.reject(error));
  child.on('exit', (code, signal) =>
    waiting?.reject(new Error(overdue ?? `Runtime exited: ${signal ?? `exit status ${code}`}`)),
  );

  const seconds = (ms: number) => (ms / 1000).toFixed(2);
  const loaded = expect(undefined, loadTimeoutMs, `Init timed out after ${seconds(loadTimeoutMs)} seconds`);
  // Whoever invokes asks for it; until then nobody may, and that is no defect.
  loaded.catch(() => undefined);

  return {
    pid: child.pid ?? 0,
    hasEnded: () => hasEnded(child),
    ready: async () => {
      await loaded;
    },
    async invoke(event) {
      await loaded;
      if (hasEnded(child)) throw new Error('Runtime exited before the invocation');
      const requestId = randomUUID();
      const answered = expect(requestId, timeoutMs, `Task timed out after ${seconds(timeoutMs)} seconds`);
      // That it could not be told is no answer: its exit tells why.
      child.send({ requestId, event, deadline: Date.now() + timeoutMs }, () => undefined);
      return answered;
    },
    kill: () => {
      child.kill('SIGKILL');
    },
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
      await Promise.all(printed);
    },
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;
