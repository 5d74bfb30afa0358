// From the query of a URL to the content of a page.
import type { JobPage } from '../adapters/ledger/job-index.ts';
import { readCursor, readSince, statesByWord, writeCursor } from '../cli/jobs/list-filter.ts';
import { listJobs } from '../cli/jobs/listing.ts';
import { connectPreview } from '../cli/redrive/connect-preview.ts';
import { describeNone, maxHeld, withDeadLetters } from '../cli/redrive/dead-letters.ts';
import { previewRedrive } from '../cli/redrive/preview-redrive.ts';
import { findJobs, unknownKey } from '../cli/report/find-jobs.ts';
import { candidatesFor } from '../cli/report/known-job.ts';
import type { JobState } from '../cli/report/state-colours.ts';
import { connectAck, connectDeadLetters } from '../cli/target/connect.ts';
import { flagsOf, type Target } from '../cli/target/target.ts';
import { describeError } from '../cli/terminal/errors.ts';
import { shellWord } from '../cli/terminal/shell.ts';
import { type Html, html } from '../pages/html.ts';
import { candidatesFor as tasksFor } from '../purchase/visit/unowned-tasks.ts';
import { commandText, type Fields } from './acting/actions.ts';
import { leasesOf } from './reading/leases.ts';
import { createMemo } from './reading/memo.ts';
import type { Place } from './reading/place.ts';
import type { Readings } from './reading/readings.ts';
import type { RecentJobs } from './reading/recent-jobs.ts';
import { renderDeadLetters } from './views/dead-letters.ts';
import { renderHealth } from './views/health.ts';
import { type JobView, renderJob } from './views/job.ts';
import { type JobQuery, renderJobs } from './views/jobs.ts';
import { renderLeases } from './views/leases.ts';
import { renderOverview } from './views/overview.ts';
import { heading, jobLink, loadingDay, type View } from './views/view.ts';

export interface Shown {
  readonly title: string;
  readonly body: Html;
  /** It takes seconds to read, so it is read when it is asked for. */
  readonly isSlow?: boolean;
  /** Another page instead. */
  readonly redirect?: string;
}

const jobsPerPage = 50;

export function createViews(place: Place, readings: Readings) {
  const { config, deps, target } = place;
  const { now } = deps;
  const names = Object.keys(config.clusters);
  const currencyOf = (cluster: string): string | undefined => config.clusters[cluster]?.price?.currency;

  async function overview({ q = '', page = '1' }: Fields, view: View): Promise<Shown> {
    const [snapshot, recent] = await Promise.all([readings.snapshot(), readings.recent()]);
    const at = pageNumber(page);
    const body = renderOverview({ ...snapshot, recent, policies: config.clusters, search: q, page: at }, view);
    return { title: 'Overview', body };
  }

  async function jobs(query: Fields, view: View): Promise<Shown> {
    const { key = '' } = query;
    const found = key === '' ? [] : await findJobs(candidatesFor(key.trim(), names), readings);
    const [only] = found;
    if (only && found.length === 1) return { title: 'Job', body: heading(''), redirect: jobLink(only.key) };
    const asked = readQuery(query);
    // A page of very many clusters takes seconds from the index, and none from what is read in any case.
    const recent = readings.isLarge && asked.cluster === '' ? await readings.recent() : undefined;
    if (readings.isLarge && asked.cluster === '' && !recent)
      return { title: 'Jobs', body: html`${heading('Jobs')}${loadingDay}` };
    const notFound = key === '' ? undefined : unknownKey(candidatesFor(key.trim(), names), target.flags);
    const listed = await list(asked, recent);
    const { lines, next, gaveUpAfter } = listed.page;
    const body = renderJobs(
      {
        ...{ query: asked, lines, next: next && writeCursor(next), clusters: names, currencyOf },
        lookedAt: next && gaveUpAfter !== undefined ? { jobs: gaveUpAfter, backTo: next.at } : undefined,
        problem: notFound ?? listed.problem,
        command: listCommand(asked),
      },
      view,
    );
    const from = asked.since === '' ? undefined : readSince(asked.since)?.at(now());
    return { title: 'Jobs', body, isSlow: recent !== undefined && (from ?? 0) < recent.since };
  }

  async function list({ cluster, state, source, since, until, cursor }: JobQuery, recent: RecentJobs | undefined) {
    const [from, to] = [since === '' ? undefined : readSince(since), until === '' ? undefined : readSince(until)];
    const after = cursor === '' ? undefined : readCursor(cursor);
    const isWrong = (since !== '' && !from) || (until !== '' && !to) || (cursor !== '' && !after);
    const none: Omit<JobPage, 'jobs'> & { readonly lines: [] } = { lines: [] };
    if (isWrong) return { page: none, problem: 'The time or the page of this URL cannot be read.' };
    if (cluster !== '' && !names.includes(cluster))
      return { page: none, problem: `${cluster} is not in functions/config.ts.` };
    const clusters = cluster === '' ? names : [cluster];
    const page = await listJobs(
      {
        ...{ clusters, unfinishedOf: clusters, limit: jobsPerPage },
        ...(state !== '' && { state }),
        ...(source !== '' && { source }),
        ...(from && { since: from.at(now()) }),
        ...(to && { until: to.at(now()) }),
        ...(after && { after }),
      },
      recent ? { ledger: readings.readLedger, index: recent.index } : readings,
    );
    return { page, problem: undefined };
  }

  const listCommand = (query: JobQuery): string => {
    const filters = (['cluster', 'state', 'source', 'since', 'until'] as const).filter((name) => query[name] !== '');
    return commandText(['list', ...filters.flatMap((name) => [`--${name}`, query[name]])], target.flags);
  };

  const candidates = createMemo<Exclude<JobView['candidates'], undefined>>({
    ageMs: 30_000,
    waitMs: 300,
    atOnce: 2,
    now,
  });

  async function job({ key = '' }: Fields, view: View): Promise<Shown> {
    const asked = candidatesFor(key, names);
    const [found] = await findJobs(asked, readings);
    if (!found) return { title: 'No such job', body: heading('No such job.', unknownKey(asked, target.flags)) };
    const { paused } = await readings.readLedger.readCluster(found.cluster);
    const parked = 'purchase' in found && found.state === 'parked' ? found.purchase : undefined;
    const tasks =
      parked &&
      (await candidates(parked.nonce, undefined, async () => {
        const listed = await connectAck(target, 'ack-read').listTasks(parked.clusterId, parked.region);
        return tasksFor(parked, await readings.ledger.readCluster(found.cluster), listed);
      }).catch(describeError));
    const body = renderJob(
      { job: found, currency: currencyOf(found.cluster), isPaused: paused !== undefined, candidates: tasks },
      view,
    );
    return { title: key, body };
  }

  async function deadLetters({ read }: Fields, view: View): Promise<Shown> {
    const title = 'Dead letters';
    const { deadLetters: counts, undelivered: waiting } = await readings.snapshot();
    const undelivered = waiting && { counts: waiting, command: undeliveredCommand(target) };
    if (read === undefined) return { title, body: renderDeadLetters({ counts, undelivered }, view) };
    const queue = connectDeadLetters(target);
    const preview = await connectPreview(target, config, now);
    const letters = await withDeadLetters(queue, deps.terminal, (all) =>
      Promise.all(
        all.slice(0, maxHeld).map(async (letter) => ({ letter, previews: await previewRedrive(letter, preview) })),
      ),
    );
    const none = letters.length === 0 ? (await describeNone(queue)).says : undefined;
    return { title, body: renderDeadLetters({ counts, undelivered, letters, none }, view) };
  }

  async function leases({ q = '', page = '1' }: Fields, view: View): Promise<Shown> {
    const [{ clusters }, found] = await Promise.all([readings.snapshot(), readings.leases()]);
    const shown = { clusters, ...leasesOf(found, now()), search: q, page: pageNumber(page) };
    return { title: 'Leases', body: renderLeases(shown, view) };
  }

  async function health({ run = '1' }: Fields, view: View): Promise<Shown> {
    // A page that is read again has the same number, and begins no other run.
    if (readings.health().runs < Number(run)) readings.check();
    return { title: 'Health', body: renderHealth({ ...readings.health(), clusters: names }, view) };
  }

  return { overview, jobs, job, deadLetters, leases, health };
}

/** The command takes the queue for that of the dead letters. */
function undeliveredCommand({ aws, queueUrl, tableName, notesTableName, undeliveredQueueUrl }: Target): string {
  const environment = {
    ...{ QUEUE_URL: queueUrl, TABLE_NAME: tableName, NOTES_TABLE_NAME: notesTableName },
    DEAD_LETTER_QUEUE_URL: undeliveredQueueUrl,
  };
  const set = Object.entries(environment).flatMap(([name, value]) => (value ? [`${name}=${shellWord(value)}`] : []));
  return [...set, `npx scale-out dlq list${flagsOf(aws)}`].join(' ');
}

const pageNumber = (text: string): number => Math.max(1, Math.trunc(Number(text)) || 1);

function readQuery({
  cluster = '',
  state = '',
  source = '',
  since = '24h',
  until = '',
  cursor = '',
}: Fields): JobQuery {
  const known: JobState | '' = Object.hasOwn(statesByWord, state) ? statesByWord[state as JobState] : '';
  return { cluster, state: known, source, since: since === 'all' ? '' : since, until, cursor };
}
