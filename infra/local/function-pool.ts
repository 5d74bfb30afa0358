// The execution environments of one function.
import type { FunctionProcess } from './function-process.ts';

export interface FunctionPool {
  /** Starts all processes. Rejects when the function cannot be loaded. */
  warm(): Promise<void>;
  /** Waits for a free process. Rejects as FunctionProcess.invoke does. */
  invoke(event: unknown): Promise<unknown>;
  processes(): readonly FunctionProcess[];
  /** Waits for running invocations. */
  stop(): Promise<void>;
}

/** @param size the concurrency of the function */
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
