// The jobs in messages, as each of two configs reads them: a rule may be in one of them only. And the needs in them: alerts of one
// cluster are one, as each cluster has one rule; this is told apart from the code that is tested.
import { parseAlert } from '../../functions/domain/alerts/parse-alert.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import type { Recovery } from '../../functions/domain/job/recovery.ts';
import type { ScaleJob } from '../../functions/domain/job/scale-job.ts';

/** Everything that histories are about is in the past by then. */
const latest = Date.parse('2027-01-01T00:00:00Z');

/** What one decision answers. */
export interface Need {
  readonly jobs: readonly ScaleJob[];
  /** When it was last told of, by the world's clock. */
  readonly since: number;
}

/** The needs in a message that came at an instant of the world's clock. */
export function needsIn(jobs: readonly ScaleJob[], since: number): readonly Need[] {
  const groups = Map.groupBy(jobs, ({ alert, cluster, key }) => (alert === undefined ? key : cluster));
  return [...groups.values()].map((its) => ({ jobs: its, since }));
}

interface Content {
  readonly jobs: readonly ScaleJob[];
  readonly recoveries: readonly Recovery[];
}
type Reader = (body: string) => Content;

const readers = new WeakMap<Config, Reader>();

/** The jobs and recoveries in a message. Parsed once per config and body: histories ask often. */
export function readerOf(config: Config): Reader {
  const reader = readers.get(config) ?? createReader(config);
  readers.set(config, reader);
  return reader;
}

function createReader(config: Config): Reader {
  const known = new Map<string, Content>();
  return (body) => {
    const before = known.get(body);
    if (before) return before;
    const parsed = parseAlert(body, { config, now: latest });
    const content = { jobs: parsed.kind === 'jobs' ? parsed.jobs : [], recoveries: parsed.recoveries ?? [] };
    known.set(body, content);
    return content;
  };
}

/** The recoveries in a message that came at an instant of AWS's clock: none ends later than that. */
export const recoveriesIn = (body: string, config: Config, sentAt: number): readonly Recovery[] =>
  parseAlert(body, { config, now: latest, sentAt }).recoveries ?? [];

/** The keys of the jobs in a message. */
export function keyReaderOf(config: Config): (body: string) => readonly string[] {
  const read = readerOf(config);
  return (body) => read(body).jobs.map(({ key }) => key);
}
