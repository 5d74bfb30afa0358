// 24 000 jobs: one a second, at the same instants in both clusters, each with no more than a line of the list needs.
import { aStory } from '../support/samples.ts';

export const clusters = ['edge-beijing', 'edge-shanghai'];
export const jobsPerCluster = 12_000;
/** One in so many jobs failed, and the seventh is the first. */
const oneFailedIn = 9000;
const firstAt = Date.parse('2026-11-01T00:00:00Z');

export const keyOf = (cluster: string, i: number) => `manual/${cluster}/${i}`;

export function* jobsOf(cluster: string) {
  const { source, reason, decision } = aStory();
  for (let i = 0; i < jobsPerCluster; i += 1) {
    const key = keyOf(cluster, i);
    const outcome =
      i % oneFailedIn === 7 ? { outcome: 'accepted', progress: { state: 'failed' } } : { outcome: 'skipped' };
    yield { pk: `JOB#${key}`, key, cluster, at: firstAt + 1000 * i, story: { source, reason, decision }, ...outcome };
  }
}
