// The execution environments of one function: warm ones are used again, new ones are started as more is asked at once,
// and one that ended is replaced for the next invocation.
import type { FunctionProcess } from './function-process.ts';

export interface FunctionPool {
  /** Starts all processes and loads the function in each. Rejects when it cannot be loaded. */
  warm(): Promise<void>;
  /** Waits for a free process. Rejects as FunctionProcess.invoke does. */
  invoke(event: unknown): Promise<unknown>;
  /** Those that live now. */
  processes(): readonly FunctionProcess[];
  /** Lets running invocations end, then the processes. */
  stop(): Promise<void>;
}

/** @param size how many processes there are at the most: the function's concurrency */
export function createFunctionPool(size: number, start: () => FunctionProcess): FunctionPool {
  const started = new Set<FunctionProcess>();
  const busy = new Set<FunctionProcess>();
  const waiting: (() => void)[] = [];
  let drained: (() => void) | undefined;

  function living(): readonly FunctionProcess[] {
    for (const process of started) if (process.hasEnded()) started.delete(process);
    return [...started];
  }

  function startOne(): FunctionProcess {
    const process = start();
    started.add(process);
    return process;
  }

  async function take(): Promise<FunctionProcess> {
    while (busy.size >= size) await new Promise<void>((resolve) => waiting.push(resolve));
    const process = living().find((one) => !busy.has(one)) ?? startOne();
    busy.add(process);
    return process;
  }

  function release(process: FunctionProcess): void {
    busy.delete(process);
    waiting.shift()?.();
    if (busy.size === 0 && waiting.length === 0) drained?.();
  }

  return {
    async warm() {
      for (let missing = size - living().length; missing > 0; missing -= 1) startOne();
      await Promise.all([...started].map((process) => process.ready()));
    },
    async invoke(event) {
      const process = await take();
      try {
        return await process.invoke(event);
      } finally {
        release(process);
      }
    },
    processes: living,
    async stop() {
      if (busy.size > 0)
        await new Promise<void>((resolve) => {
          drained = resolve;
        });
      await Promise.all([...started].map((process) => process.stop()));
    },
  };
}
