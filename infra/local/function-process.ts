// One execution environment of a Lambda function: a process that takes one invocation at a time. As in Lambda, a timeout kills
// the process.
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { replySchema } from './lambda-messages.ts';

export interface FunctionProcessOptions {
  /** The bundle's module. */
  readonly file: string;
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  /** Of an invocation; loading has its own timeout. */
  readonly timeoutMs: number;
  /** Whether a debugger can attach. The process prints where, and errors name the lines of the sources. Default: no */
  readonly inspect?: boolean;
  readonly onLine: (line: string) => void;
}

export interface FunctionProcess {
  readonly pid: number;
  readonly hasEnded: () => boolean;
  /** Rejects when the module cannot be loaded. */
  ready(): Promise<void>;
  /** One at a time. Rejects for a throw, a timeout or a crash, as Lambda reports it. */
  invoke(event: unknown): Promise<unknown>;
  /** Ends the process at once (SIGKILL). */
  kill(): void;
  /** Ends an idle process, and waits for its output. */
  stop(): Promise<void>;
}

/** Lambda's limit is ten seconds; a busy machine needs more. */
const loadTimeoutMs = 30_000;

interface Waiting {
  readonly requestId: string | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export function startFunctionProcess({
  file,
  env,
  timeoutMs,
  inspect = false,
  onLine,
}: FunctionProcessOptions): FunctionProcess {
  const child = fork(join(import.meta.dirname, 'lambda-runtime.ts'), [file], {
    env: { ...env },
    execArgv: inspect ? ['--inspect=127.0.0.1:0', '--enable-source-maps'] : [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const printed = [child.stdout, child.stderr].map(async (stream) => {
    if (stream) for await (const line of createInterface({ input: stream })) onLine(line);
  });
  /** The pending load (without a request id) or invocation. */
  let waiting: Waiting | undefined;
  let overdue: string | undefined;
  // `close` does not come after a disconnect.
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
  // `ready` and `invoke` report the failure.
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
      // The exit of the process reports the failure.
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
