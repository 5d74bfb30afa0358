// Baseline 1: send, and send again up to three times unless it was accepted or rejected. The queue retries the rest.
import { buy, createBaseline } from './baseline.ts';

export const naiveRetry = createBaseline(async (job, ports) => {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const outcome = await buy(job, ports);
    if (outcome.kind === 'accepted' || outcome.kind === 'rejected') return;
  }
  throw new Error('not accepted after three attempts');
});
