// A job's story for people, and as JSON.
import { formatInstant } from './instants.ts';
import type { KnownJob } from './known-job.ts';
import { stateColours } from './state-colours.ts';
import { tellStory } from './story.ts';
import type { Terminal } from './terminal.ts';

export function taleAsJson(job: KnownJob) {
  const { headline, moments, next } = tellStory(job);
  const dated = moments.map(({ at, says }) => ({ ...(at !== undefined && { at: new Date(at).toISOString() }), says }));
  return { ...job, headline, moments: dated, next };
}

export function printTale(job: KnownJob, { print, paint }: Terminal): void {
  const { headline, moments, next } = tellStory(job);
  print(paint('bold', job.key));
  print(paint(stateColours[job.state], headline));
  const times = moments.map(({ at }) => (at === undefined ? '' : formatInstant(at)));
  const width = Math.max(...times.map((time) => time.length));
  for (const [i, { says }] of moments.entries()) print(`  ${paint('dim', (times[i] ?? '').padEnd(width))}  ${says}`);
  if (next !== undefined) print(next);
}
