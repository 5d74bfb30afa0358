// Spreads a run over processes: histories are independent, and a mutant needs processes of its own.
import { fork } from 'node:child_process';
import { smallCases } from './small-cases.ts';
import { emptyTally, mergeTallies, type Tally } from './tally.ts';
import type { Budget } from './ways.ts';
import type { HandlerName, Order, WorkerReport } from './worker.ts';

interface Run {
  readonly handler: HandlerName;
  readonly seed: number;
  readonly histories: number;
  readonly workers: number;
  readonly mutant?: string;
  readonly stopAtViolation?: boolean;
  /** Instead of random histories: all small ones with so many deviations. */
  readonly budget?: Budget;
  readonly onProgress?: (tally: Tally) => void;
}

export type Report = Tally & { readonly seconds: number };

/** @returns what all histories add up to, and how long it took. @throws Error when a process fails */
export async function runWorkers(run: Run): Promise<Report> {
  const started = performance.now();
  const total = emptyTally();
  const share = {
    handler: run.handler,
    seed: run.seed,
    to: run.histories,
    stopAtViolation: run.stopAtViolation ?? false,
  };
  const { budget } = run;
  const orders: Order[] = budget
    ? smallCases().map((_, smallCase) => ({ ...share, from: 0, stride: 1, exhaust: { smallCase, budget } }))
    : Array.from({ length: run.workers }, (_, from) => ({ ...share, from, stride: run.workers }));
  const workOff = async (): Promise<void> => {
    const worker = startWorker(run.mutant);
    try {
      for (let order = orders.shift(); order; order = orders.shift()) {
        if (share.stopAtViolation && total.violations.length > 0) return;
        await worker.work(order, (tally) => {
          mergeTallies(total, tally);
          run.onProgress?.(total);
        });
      }
    } finally {
      worker.end();
    }
  };
  await Promise.all(Array.from({ length: Math.min(run.workers, orders.length) }, workOff));
  return { ...total, seconds: (performance.now() - started) / 1000 };
}

function startWorker(mutant: string | undefined) {
  const child = fork(new URL('./worker.ts', import.meta.url), {
    execArgv: mutant === undefined ? [] : ['--import', new URL('./mutate.ts', import.meta.url).href],
    env: { ...process.env, ...(mutant !== undefined && { SIMULATION_MUTANT: mutant }) },
  });
  return {
    work(order: Order, onTally: (tally: Tally) => void): Promise<void> {
      child.send(order);
      return new Promise((resolve, reject) => {
        const onExit = (code: number | null) => reject(new Error(`a simulation process ended with ${code}`));
        const onReport = ({ tally, ended }: WorkerReport): void => {
          onTally(tally);
          if (!ended) return;
          child.off('message', onReport).off('exit', onExit);
          resolve();
        };
        child.on('message', onReport).on('exit', onExit);
      });
    },
    /** It ends when nothing more is to come. */
    end() {
      if (child.connected) child.disconnect();
    },
  };
}
