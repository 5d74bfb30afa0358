import { Command, InvalidArgumentError, Option } from 'commander';
import type { Position } from '../../adapters/ledger/listed-job.ts';
import { sources } from '../../domain/job/scale-job.ts';
import { nodes } from '../../domain/plural.ts';
import { readCursor, readSince, type Since, statesByWord, writeCursor } from '../jobs/list-filter.ts';
import { type Line, listJobs, type Page } from '../jobs/listing.ts';
import { stateColours } from '../report/state-colours.ts';
import {
  announce,
  type CommandDeps,
  type CommonOptions,
  find,
  notEmpty,
  wholeNumber,
  withExamples,
} from '../target/command-line.ts';
import { clusterNames } from '../target/configuration.ts';
import type { Target } from '../target/target.ts';
import { oneLine, UsageError } from '../terminal/errors.ts';
import { formatInstant, formatLocal } from '../terminal/instants.ts';
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

export function createList(deps: CommandDeps): Command {
  const command = new Command('list')
    .summary('list jobs, newest first')
    .description(
      'Lists jobs: first those in a purchase slot, then all others, newest first. Waiting jobs are included; messages ' +
        'that no function has received yet are not. It queries an index of the table: where few jobs match, a page ends ' +
        'after 10 000 jobs of a cluster and prints how to continue.',
    )
    .option('--cluster <name>', 'only jobs of this cluster', notEmpty)
    .addOption(
      new Option('--state <state>', 'only jobs in this state; refused: all that were skipped').choices(
        Object.keys(statesByWord),
      ),
    )
    .addOption(new Option('--source <source>', 'only jobs of this kind of sender').choices(sources))
    .option('--since <when>', 'not older than: 30m, 12h, 7d, 2026-11-01 or 2026-11-01T08:00:00Z (UTC days)', sinceWhen)
    .option('--until <when>', 'not newer than: as --since', sinceWhen)
    .option('--limit <jobs>', 'jobs on one page, at most 1000', wholeNumber(1, 1000), 20)
    .option('--cursor <cursor>', 'continue where the previous page ended', cursorText)
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
  const needs = ['tableName', 'notes'] as const;
  const target = await find(options, needs, deps);
  const known = await clusterNames(target, deps);
  if (!known && cluster === undefined)
    throw new UsageError('no config can be read, so the clusters are not known; name one with --cluster');
  const configured = known?.names ?? [cluster ?? ''];
  announce(target, { ...options, ...(csv && { json: csv }) }, needs, deps);
  const { connectJobIndex, connectLedger } = await import('../target/connect.ts');
  const index = connectJobIndex(target, deps.now);
  if (known && cluster !== undefined && !configured.includes(cluster)) {
    // A name that no job has is mistyped.
    if (!(await index.newest({ clusters: [cluster] })))
      throw new UsageError(`cluster: "${cluster}" is not in ${known.from}; use ${configured.join(' or ')}`);
    deps.terminal.warn(`--cluster: ${cluster} is not in ${known.from}; it has ${configured.join(' and ')}`);
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

const iso = (at: number): string => new Date(at).toISOString();

/** With `lookedAt`, the page has all matching jobs back to `backTo`. The cursor continues with older ones. */
function pageAsJson({ lines, next, gaveUpAfter }: Page) {
  return {
    jobs: lines.map(({ at, came, ...line }) => ({
      ...line,
      ...(came && { came: { ...came, at: iso(came.at) } }),
      at: iso(at),
    })),
    ...(next && { cursor: writeCursor(next) }),
    ...(next && gaveUpAfter !== undefined && { lookedAt: gaveUpAfter, backTo: iso(next.at) }),
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
    print([iso(at), state, count, source, cluster, oneLine(key), taskId].map(cell).join(','));
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

const sinceWhen = (text: string): Since =>
  orInvalid(readSince(text), 'Use 30m, 12h, 7d, a UTC day such as 2026-11-01, or 2026-11-01T08:00:00Z.');
const cursorText = (text: string): Position =>
  orInvalid(readCursor(text), 'Use the cursor that the previous page printed.');

function orInvalid<T>(value: T | undefined, remedy: string): T {
  if (value === undefined) throw new InvalidArgumentError(remedy);
  return value;
}
