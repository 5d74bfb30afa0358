import { expect, test } from '@jest/globals';
import type { JobIndex, JobPage } from '../../../functions/adapters/ledger/job-index.ts';
import { clusterStatus, lastPurchaseOf } from '../../../functions/cli/jobs/cluster-status.ts';
import { createFunctionWorld } from '../../support/function-world.ts';
import { aPolicy, day, minute, sampleAt } from '../../support/samples.ts';

const now = sampleAt;

/** How the cluster stands, and what the index was asked, when it answers with this page. */
async function statusWith(page: JobPage) {
  const asked: unknown[] = [];
  const index: JobIndex = {
    async list(...listing) {
      asked.push(listing);
      return page;
    },
    newest: () => Promise.reject(new Error('it may look at all of the index')),
  };
  const nodes = {
    read: () => Promise.reject(new Error('it is not asked here')),
    ackNow: () => undefined,
  };
  const { ledger } = createFunctionWorld();
  return { asked, status: await clusterStatus('edge', aPolicy(), now, { ledger, index, nodes }) };
}

test('the last purchase is looked for among the jobs of 90 days, on one page', async () => {
  const { asked, status } = await statusWith({ jobs: [] });
  expect(asked).toEqual([[{ clusters: ['edge'], state: 'accepted', since: now - 90 * day }, 1]]);
  expect(lastPurchaseOf(status, now)).toBe('no purchase in 90 days');
});

test('where the page ends before it finds one, no more is said than what was looked at', async () => {
  const next = { at: now - 5 * minute, cluster: 'edge', key: 'manual/edge/k' };
  const { status } = await statusWith({ jobs: [], next, gaveUpAfter: 10_000 });
  expect(status.noPurchaseSince).toBe(next.at);
  expect(lastPurchaseOf(status, now)).toMatch(/^no purchase since 20.*; the search ended there$/);
});
