// The jobs in messages, as each of two configs reads them: a rule may be in one of them only.
import { parseAlert } from '../../functions/domain/alerts/parse-alert.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import type { ScaleJob } from '../../functions/domain/job/scale-job.ts';

type Reader = (body: string) => readonly ScaleJob[];

const readers = new WeakMap<Config, Reader>();

/** The jobs in a message. Parsed once per config and body: histories ask often. */
export function jobReaderOf(config: Config): Reader {
  const reader = readers.get(config) ?? createReader(config);
  readers.set(config, reader);
  return reader;
}

function createReader(config: Config): Reader {
  const known = new Map<string, readonly ScaleJob[]>();
  return (body) => {
    const before = known.get(body);
    if (before) return before;
    const parsed = parseAlert(body, { config });
    const jobs = parsed.kind === 'jobs' ? parsed.jobs : [];
    known.set(body, jobs);
    return jobs;
  };
}

/** The keys of the jobs in a message. */
export function keyReaderOf(config: Config): (body: string) => readonly string[] {
  const jobsIn = jobReaderOf(config);
  return (body) => jobsIn(body).map(({ key }) => key);
}
