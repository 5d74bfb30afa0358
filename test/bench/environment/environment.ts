// The services around a function, in a process of their own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Order, type Reply, replySchema, type State, type Taken } from './messages.ts';

export interface Environment {
  /** For the process of a function. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes its place where a function is a network away from the services. */
  readonly overNetwork: Readonly<Record<string, string>>;
  /** Forgets all that was, and all counts. */
  reset(state: State): Promise<void>;
  /** Every answer of ACK comes so many milliseconds later from now on. */
  setLatency(ms: number): Promise<void>;
  /** What was counted since the last time, or since the reset. */
  take(): Promise<Taken>;
  stop(): Promise<void>;
}

/** @throws Error when a service does not start */
export async function startEnvironment(): Promise<Environment> {
  const child = fork(fileURLToPath(new URL('./process.ts', import.meta.url)), { execArgv: [] });
  const exited = once(child, 'exit');

  async function ask(order: Order): Promise<Reply> {
    const gone = new AbortController();
    const answered = once(child, 'message', { signal: gone.signal });
    child.send(order);
    try {
      const reply = await Promise.race([
        answered.then(([message]) => replySchema.parse(message)),
        exited.then((): never => {
          throw new Error('the environment of the benchmark ended');
        }),
      ]);
      if (reply.kind === 'failed') throw new Error(`the environment of the benchmark failed: ${reply.why}`);
      return reply;
    } finally {
      answered.catch(() => undefined);
      gone.abort();
    }
  }

  async function stop(): Promise<void> {
    if (child.connected) child.disconnect();
    await exited;
  }

  try {
    const started = await ask({ kind: 'start' });
    if (started.kind !== 'started')
      throw new Error(`the environment answered ${started.kind}, not that it has started`);
    return {
      env: started.env,
      overNetwork: started.overNetwork,
      async reset(state) {
        await ask({ kind: 'reset', state });
      },
      async setLatency(ms) {
        await ask({ kind: 'latency', ms });
      },
      async take() {
        const reply = await ask({ kind: 'take' });
        if (reply.kind !== 'taken') throw new Error(`the environment answered ${reply.kind}, not what it counted`);
        return reply.taken;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
