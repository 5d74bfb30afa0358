// A job's report for people, and as JSON.
import { formatInstant } from '../terminal/instants.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type JobReport, reportJob } from './job-report.ts';
import type { KnownJob } from './known-job.ts';
import { stateColours } from './state-colours.ts';

/**
 * Its state is the one that a listing shows.
 * @param flags of the place where the job is (Target.flags): what is suggested can then be typed as it stands
 */
export function reportAsJson(job: KnownJob, flags: string) {
  const { headline, moments, next } = reportJob(job);
  const dated = moments.map(({ at, says }) => ({ ...(at !== undefined && { at: new Date(at).toISOString() }), says }));
  const { state } = 'progress' in job && job.progress ? job.progress : job;
  return { ...job, state, headline, moments: dated, next: inWords(next, flags) };
}

export function printReport(job: KnownJob, flags: string, { print, paint }: Terminal): void {
  const { headline, moments, next } = reportJob(job);
  print(paint('bold', job.key));
  print(paint(stateColours[job.state], headline));
  const times = moments.map(({ at }) => (at === undefined ? '' : formatInstant(at)));
  const width = Math.max(...times.map((time) => time.length));
  for (const [i, { says }] of moments.entries()) print(`  ${paint('dim', (times[i] ?? '').padEnd(width))}  ${says}`);
  if (next) print(inWords(next, flags) ?? '');
}

function inWords(next: JobReport['next'], flags: string): string | undefined {
  return next?.command === undefined ? next?.says : `${next.says}: ${next.command}${flags}`;
}
