// The configurations that must hold. Each is small enough to be explored to its end; together they cover the protocol.
import { defaults, type Options } from './options.ts';

interface Configuration {
  readonly name: string;
  readonly options: Options;
  /** Part of the short form, which a jest test runs. */
  readonly quick?: true;
}

function configuration(name: string, options: Partial<Options>, quick?: true): Configuration {
  return { name, options: { ...defaults, ...options }, ...(quick && { quick }) };
}

export const configurations: readonly Configuration[] = [
  configuration('one job', {}, true),
  configuration('one job, three processes', { processes: 3 }),
  configuration('no person', { processes: 3, person: false }),
  configuration('others scale the cluster', { processes: 3, exclusive: false, foreign: 'like ours' }),
  configuration('paused', { processes: 3, pause: true }),
  configuration('rearm', { rearm: true }, true),
  configuration('rearm, clocks differ', { rearm: true, tolerance: true }),
  configuration('rearm, three processes', { rearm: true, processes: 3 }),
  configuration('rearm, no person', { rearm: true, person: false }),
  configuration('rearm, paused', { rearm: true, pause: true }),
  configuration('rearm, others scale the cluster', { rearm: true, exclusive: false, foreign: 'like ours' }),
  configuration('rearm, foreign evidence', { rearm: true, foreign: 'evidence' }),
  configuration('rearm, disguised task', { rearm: true, disguised: true }),
  configuration('rearm, incomplete listing', { rearm: true, incomplete: true }),
  configuration('followed', { follow: true }, true),
  configuration('followed, three processes', { follow: true, processes: 3 }),
  configuration('followed, rearm', { follow: true, rearm: true }),
  configuration('beside a followed job', { jobs: 2, settledBefore: true, follow: true }),
  configuration('beside a followed job, after a failure', {
    jobs: 2,
    settledBefore: true,
    follow: true,
    failedBefore: true,
  }),
  configuration('beside a followed job, rearm', { jobs: 2, settledBefore: true, follow: true, rearm: true }),
  configuration('two jobs', { jobs: 2, symmetric: true }),
  configuration('two jobs, room for one', { jobs: 2, cap: 1, symmetric: true }),
  configuration('two jobs, no person', { jobs: 2, person: false, symmetric: true }),
  configuration('two jobs, paused', { jobs: 2, pause: true, symmetric: true }),
  configuration('two jobs, rearm', { jobs: 2, rearm: true, symmetric: true }),
];
