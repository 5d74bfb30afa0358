import { formatInstant } from '../terminal/instants.ts';
import { tableLines } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type JobReport, reportJob } from './job-report.ts';
import type { KnownJob } from './known-job.ts';
import { stateColours } from './state-colours.ts';

/** @param flags as Target.flags: a suggested command then works as it is printed */
export function reportAsJson(job: KnownJob, flags: string) {
  const { headline, entries, next } = reportJob(job);
  const moments = entries.map(({ at, says }) => ({
    ...(at !== undefined && { at: new Date(at).toISOString() }),
    says,
  }));
  const { state } = 'progress' in job && job.progress ? job.progress : job;
  return { ...job, state, headline, moments, next: nextInWords(next, flags) };
}

export function printReport(job: KnownJob, flags: string, { print, paint, columns }: Terminal): void {
  const { headline, entries, next } = reportJob(job);
  print(paint('bold', job.key));
  print(paint(stateColours[job.state], headline));
  const rows = entries.map(({ at, says }) => [at === undefined ? '' : paint('dim', formatInstant(at)), says]);
  for (const line of tableLines(rows, { columns: columns && columns - 2 })) print(`  ${line}`);
  if (next) print(nextInWords(next, flags) ?? '');
}

function nextInWords(next: JobReport['next'], flags: string): string | undefined {
  return next?.command === undefined ? next?.says : `${next.says}: ${next.command}${flags}`;
}
