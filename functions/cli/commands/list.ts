import { Command, InvalidArgumentError, Option } from 'commander';
import * as z from 'zod/mini';
import type { Position } from '../../adapters/ledger/listed-job.ts';
import { isConfigured, unknownCluster } from '../../domain/alerts/routing.ts';
import { readInstant } from '../../domain/instant.ts';
import { sources } from '../../domain/job/scale-job.ts';
import { nodes } from '../../domain/plural.ts';
import { type Line, listJobs, type Page } from '../jobs/listing.ts';
import { type JobState, stateColours } from '../report/state-colours.ts';
import {
  type CommandDeps,
  type CommonOptions,
  locate,
  notEmpty,
  wholeNumber,
  withExamples,
} from '../target/command-line.ts';
import { soundConfig } from '../target/configuration.ts';
import type { Target } from '../target/target.ts';
import { oneLine, UsageError } from '../terminal/errors.ts';
import { formatInstant, formatLocal, readDuration } from '../terminal/instants.ts';
import { shellWord } from '../terminal/shell.ts';
import { tableLines } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface ListOptions extends CommonOptions {
  readonly cluster?: string;
  readonly state?: keyof typeof statesByWord;
  readonly source?: string;
  readonly since?: Since;
  readonly until?: Since;
  readonly csv?: true;
  readonly limit: number;
  readonly cursor?: Position;
}

/** The states of the records, and the words that events and alarms have for them. */
const statesByWord = {
  ...(Object.fromEntries(Object.keys(stateColours).map((state) => [state, state])) as { [S in JobState]: S }),
  bought: 'accepted',
  'in-doubt': 'unknown',
  ready: 'completed',
  refused: 'skipped',
} as const satisfies Record<string, JobState>;

export function createList(deps: CommandDeps): Command {
  const command = new Command('list')
    .summary('list jobs, newest first')
    .description(
      'Lists jobs: first those in a purchase slot, then all others, newest first. Waiting jobs are included; messages ' +
        'that no function has received yet are not. It queries an index of the table: where few jobs match, a page ends ' +
        'after 10 000 jobs of a cluster and prints how to continue.',
    )
    .option('--cluster <name>', 'only jobs of this cluster', notEmpty)
    .addOption(new Option('--state <state>', 'only jobs in this state').choices(Object.keys(statesByWord)))
    .addOption(new Option('--source <source>', 'only jobs of this kind of sender').choices(sources))
    .option('--since <when>', 'not older than: 30m, 12h, 7d, 2026-11-01 or 2026-11-01T08:00:00Z (UTC days)', sinceWhen)
    .option('--until <when>', 'not newer than: as --since', sinceWhen)
    .option('--limit <jobs>', 'jobs on one page, at most 1000', wholeNumber(1, 1000), 20)
    .option('--cursor <cursor>', 'continue where the previous page ended', readCursor)
    .option('--csv', 'print comma-separated values; remarks go to standard error')
    .option('--json', 'print one JSON object');
  withExamples(command, [
    'npx scale-out list',
    'npx scale-out list --cluster edge-beijing --state parked',
    'npx scale-out list --since 2026-11-01 --until 2026-12-01 --limit 1000 --csv > november.csv',
    'npx scale-out list --source cloudwatch --since 7d --limit 100 --json --stack EdgeScaleOut',
  ]);
  return command.action(() => list(command.optsWithGlobals<ListOptions>(), deps));
}

async function list(options: ListOptions, deps: CommandDeps): Promise<void> {
  const { cluster, state, source, limit, cursor, since, until, csv } = options;
  if (csv && options.json) throw new UsageError('--csv and --json cannot be combined; give one of them');
  const config = await soundConfig(deps);
  const configured = Object.keys(config.clusters);
  const target = await locate({ ...options, ...(csv && { json: csv }) }, ['tableName', 'notes'], deps);
  const { connectJobIndex, connectLedger } = await import('../target/connect.ts');
  const index = connectJobIndex(target, deps.now);
  if (cluster !== undefined && !isConfigured(config, cluster)) {
    // A name that no job has is mistyped.
    if (!(await index.newest({ clusters: [cluster] }))) throw new UsageError(unknownCluster(config, cluster).detail);
    deps.terminal.warn(`--cluster: ${cluster} is not in functions/config.ts; it has ${configured.join(' and ')}`);
  }
  const page = await listJobs(
    {
      // A cluster that is no longer in the config has outcomes only.
      clusters: cluster === undefined ? configured : [cluster],
      unfinishedOf: configured.filter((name) => cluster === undefined || name === cluster),
      limit,
      ...(state && { state: statesByWord[state] }),
      ...(source !== undefined && { source }),
      ...(since && { since: since.at(deps.now()) }),
      ...(until && { until: until.at(deps.now()) }),
      ...(cursor && { after: cursor }),
    },
    { ledger: connectLedger(target), index },
  );

  if (options.json) return deps.terminal.json(pageAsJson(page));
  printPage(page, options, target, csv ? { ...deps.terminal, print: deps.terminal.note } : deps.terminal, (lines) =>
    csv ? printCsv(lines, deps.terminal) : printLines(lines, deps.terminal),
  );
}

/** With `lookedAt`, the page has all matching jobs back to `backTo`. The cursor continues with older ones. */
function pageAsJson({ lines, next, gaveUpAfter }: Page) {
  return {
    jobs: lines.map(({ at, ...line }) => ({ ...line, at: new Date(at).toISOString() })),
    ...(next && { cursor: writeCursor(next) }),
    ...(next && gaveUpAfter !== undefined && { lookedAt: gaveUpAfter, backTo: new Date(next.at).toISOString() }),
  };
}

function printPage(
  { lines, next, gaveUpAfter }: Page,
  options: ListOptions,
  target: Target,
  terminal: Terminal,
  show: (lines: readonly Line[]) => void,
): void {
  if (lines.length > 0 || options.csv) show(lines);
  if (next && gaveUpAfter !== undefined)
    terminal.print(
      `No ${lines.length === 0 ? '' : 'other '}job matches among the ${gaveUpAfter} jobs that were read, back to ${formatInstant(next.at)}.`,
    );
  else if (lines.length === 0) terminal.print('No job matches.');
  if (next) terminal.print(`${gaveUpAfter === undefined ? 'More' : 'Older jobs'}: ${nextPage(options, next, target)}`);
}

/** The instant in UTC, and no texts of senders: a spreadsheet would execute some of them. */
function printCsv(lines: readonly Line[], { print }: Terminal): void {
  const cell = (value: string | number): string => {
    const text = String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  print('at,state,nodes,sender,cluster,key,task');
  for (const { at, state, count = '', source, cluster, key, taskId = '' } of lines)
    print([new Date(at).toISOString(), state, count, source, cluster, oneLine(key), taskId].map(cell).join(','));
}

function printLines(lines: readonly Line[], { print, paint, columns }: Terminal): void {
  const rows = lines.map((line) => [
    paint('dim', formatLocal(line.at)),
    paint(stateColours[line.state], line.state),
    bought(line),
    line.source,
    oneLine(line.key),
  ]);
  const header = ['TIME', 'STATE', 'NODES', 'SENDER', 'KEY'].map((name) => paint('dim', name));
  for (const text of tableLines([header, ...rows], { columns })) print(text);
}

function bought({ state, count, dryRun }: Line): string {
  if (dryRun) return `dry run of ${nodes(dryRun.count)}`;
  return count === undefined || state === 'rejected' || state === 'abandoned' ? '-' : nodes(count);
}

function nextPage(
  { cluster, state, source, since, until, csv, limit }: ListOptions,
  next: Position,
  { flags }: Target,
): string {
  const filters = {
    cluster,
    state,
    source,
    since: since?.text,
    until: until?.text,
    limit: String(limit),
    cursor: writeCursor(next),
  };
  const given = Object.entries(filters).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${shellWord(value)}`],
  );
  return `npx scale-out list ${given.join(' ')}${csv ? ' --csv' : ''}${flags}`;
}

interface Since {
  /** As typed, for the command of the next page. */
  readonly text: string;
  readonly at: (now: number) => number;
}

function sinceWhen(text: string): Since {
  const ms = readDuration(text);
  if (ms !== undefined) return { text, at: (now) => now - ms };
  const at = readInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (at !== undefined) return { text, at: () => at };
  throw new InvalidArgumentError('Use 30m, 12h, 7d, a UTC day such as 2026-11-01, or 2026-11-01T08:00:00Z.');
}

/** At the end: whether it is a note in the ledger's table, or `notes` for one in their own. */
const cursorSchema = z.tuple([z.int(), z.string(), z.string(), z.union([z.boolean(), z.literal('notes')])]);

const writeCursor = ({ at, cluster, key, noteIn }: Position): string =>
  Buffer.from(JSON.stringify([at, cluster, key, noteIn === 'notes' ? noteIn : noteIn === 'ledger'])).toString(
    'base64url',
  );

function readCursor(text: string): Position {
  try {
    const [at, cluster, key, note] = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { at, cluster, key, ...(note !== false && { noteIn: note === true ? 'ledger' : note }) };
  } catch {
    throw new InvalidArgumentError('Use the cursor that the previous page printed.');
  }
}
