// Everything around one measurement: bundles with its config in them, services with its clusters, fresh processes.
import type { ConfigInput } from '../../functions/domain/config/types.ts';
import type { Bundle } from '../../infra/bundle/bundle.ts';
import { createCleanup } from '../../infra/local/cleanup.ts';
import type { Environment } from './environment/environment.ts';
import type { State } from './environment/messages.ts';
import {
  type MeasuredFunction,
  type MeasuredFunctionOptions,
  startMeasuredFunction,
} from './function/measured-function.ts';
import { openEarlier, openWorkshop, type Workshop } from './workshop.ts';

export interface World {
  readonly workshop: Workshop;
  /** Forgets all that was, but for the items of these clusters in the ledger. */
  reset(items: readonly string[], entries?: Pick<State, 'done' | 'pending'>): Promise<void>;
  readonly setLatency: Environment['setLatency'];
  readonly take: Environment['take'];
  /** Runs something with a fresh process of a bundle, which ends with it. */
  inProcess<T>(bundle: Bundle, use: (started: MeasuredFunction) => Promise<T>, how?: How): Promise<T>;
}

interface How extends Pick<MeasuredFunctionOptions, 'collectsGarbage' | 'listsFiles' | 'readsLog' | 'cpuShare'> {
  readonly overNetwork?: boolean;
}

export interface Worlds {
  /** The same config gives the same bundles. */
  of(config: ConfigInput): World;
  /** Deletes all bundles. */
  close(): Promise<void>;
}

/** @param environment that all worlds share: one at a time, each from its own reset on */
export async function createWorlds(environment: Environment, before?: string): Promise<Worlds> {
  const cleanup = createCleanup();
  const earlier = before === undefined ? undefined : await openEarlier(before);
  const workshops = new Map<string, Workshop>();

  function workshopOf(config: ConfigInput): Workshop {
    const known = workshops.get(JSON.stringify(config));
    if (known) return known;
    const workshop = openWorkshop(config, earlier && (() => earlier(config)));
    cleanup.add(() => workshop.close());
    workshops.set(JSON.stringify(config), workshop);
    return workshop;
  }

  return {
    of(config) {
      const clusters = Object.values(config.clusters).map(({ id, region }) => ({ id, region }));
      return {
        workshop: workshopOf(config),
        reset: (items, entries = { done: 0, pending: 0 }) =>
          environment.reset({ clusters, items: [...items], ...entries }),
        setLatency: environment.setLatency,
        take: environment.take,
        async inProcess(bundle, use, { overNetwork = false, ...how } = {}) {
          const network = overNetwork ? environment.overNetwork : {};
          const env = { ...environment.env, ...network, LAMBDA_TASK_ROOT: bundle.directory };
          const started = await startMeasuredFunction({ file: bundle.file, env, ...how });
          try {
            return await use(started);
          } finally {
            await started.stop();
          }
        },
      };
    },
    close: () => cleanup.run(),
  };
}
