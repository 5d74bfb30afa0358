// Ends processes as the end of their machine would, at moments chosen to be bad.
import type { SimAnswer } from '../../functions/backtest/world/ack/messages.ts';
import type { Operation } from '../../functions/backtest/world/ack/routes.ts';
import type { Interceptor } from '../../infra/local/ack-simulator/server.ts';
import type { FunctionProcess } from '../../infra/local/function-process.ts';
import type { Random } from '../fuzz/random.ts';
import { processHeader } from './process-header.ts';

interface When {
  /** The request to the simulator that gives the sign. */
  readonly at: Operation;
  /** At random within this time after it; 0 is before it executes. */
  readonly withinMs: number;
}

/** Where in the protocol a process dies. */
const moments = {
  /** It has asked for the nodes of the cluster: around ARM, or just before the request leaves. */
  'before or after ARM': { at: 'DescribeClusterNodes', withinMs: 40 },
  /** The request's bytes are here, and execute. Nobody is left to hear the answer. */
  'sent and executed': { at: 'ScaleOutCluster', withinMs: 0 },
  /** The request's bytes have left, and arrive nowhere. */
  'sent and lost': { at: 'ScaleOutCluster', withinMs: 0 },
  /** The answer is leaving: before, in or after SETTLE, COPY and the acknowledgement. */
  answered: { at: 'ScaleOutCluster', withinMs: 20 },
  /** It has asked for the task list: before, in or after what settles a doubt. */
  reconciling: { at: 'DescribeClusterTasks', withinMs: 20 },
  /** Whatever any of them does just now, were it its own start. */
  'any time': undefined,
} as const satisfies Record<string, When | undefined>;
export type Moment = keyof typeof moments;

interface KillerOptions {
  readonly kills: number;
  readonly random: Random;
  /** Those that may be killed. */
  readonly processes: () => readonly FunctionProcess[];
}

export interface Killer {
  readonly intercept: Interceptor;
  /** Kills until it has killed enough, or `signal` ends it. */
  run(signal: AbortSignal): Promise<void>;
  readonly kills: () => number;
  readonly byMoment: () => Readonly<Record<Moment, number>>;
}

/** A moment that does not come in this time is given up for another one. */
const patienceMs = 1500;
/** Longest break between two kills: enough of the work must get done to be worth a crash. */
const breakMs = 200;
/** The connection breaks, and nothing was executed. */
const lost: SimAnswer = { status: 0, headers: {}, body: '', delivery: { kind: 'reset', delayMs: 0 } };

export function createKiller({ kills, random, processes }: KillerOptions): Killer {
  const names = Object.keys(moments) as [Moment, ...Moment[]];
  const counts = Object.fromEntries(names.map((name) => [name, 0])) as Record<Moment, number>;
  const dead = new Set<FunctionProcess>();
  let aim: Moment | undefined;
  let struck: () => void = () => undefined;

  const living = () => processes().filter((process) => !dead.has(process) && !process.hasEnded());

  /** @returns whether it was still there to be killed */
  function kill(victim: FunctionProcess | undefined, moment: Moment): boolean {
    const isAlive = victim !== undefined && living().includes(victim) && dead.size < kills;
    if (isAlive) {
      dead.add(victim);
      counts[moment] += 1;
      victim.kill();
    }
    struck();
    return isAlive;
  }

  const intercept: Interceptor = (request, handle) => {
    const moment = aim;
    const when = moment && moments[moment];
    if (!moment || !when || request.headers['x-acs-action'] !== when.at) return handle(request);
    // The aim goes with the first one that it meets, so that one moment costs one process.
    aim = undefined;
    const sender = living().find(({ pid }) => pid === Number(request.headers[processHeader]));
    if (when.withinMs > 0) {
      setTimeout(() => kill(sender, moment), 1 + random.integer(when.withinMs));
      return handle(request);
    }
    const died = kill(sender, moment);
    return died && moment === 'sent and lost' ? lost : handle(request);
  };

  /** Waits for a moment of its kind, and kills in it. */
  async function killOnce(): Promise<void> {
    const moment = random.pick(names);
    if (!moments[moment]) {
      const [first, ...others] = living();
      if (first) kill(random.pick([first, ...others]), moment);
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    struck = resolve;
    aim = moment;
    const givenUp = setTimeout(resolve, patienceMs);
    await promise;
    clearTimeout(givenUp);
    aim = undefined;
  }

  return {
    intercept,
    async run(signal) {
      while (dead.size < kills && !signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, random.integer(breakMs)));
        await killOnce();
      }
    },
    kills: () => dead.size,
    byMoment: () => counts,
  };
}
