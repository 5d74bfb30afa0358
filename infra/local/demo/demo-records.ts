// The records of ledger, simulator and queues after the demo.
import * as z from 'zod';
import type { Purchase } from '../../../functions/backtest/world/ack/scale-out.ts';
import type { QueueContents } from '../aws-stand-ins/messaging.ts';
import type { Engine } from '../engine.ts';

export interface LedgerRequest {
  readonly key: string;
  readonly cluster: string;
  readonly count: number;
  readonly taskId: string | null;
  /** An outcome, or the phase of a purchase in its slot. */
  readonly state: string;
}

export interface DemoRecords {
  readonly requests: readonly LedgerRequest[];
  readonly purchases: readonly Purchase[];
  readonly alerts: QueueContents;
  readonly deadLetters: QueueContents;
}

const job = z.object({
  pk: z.string().startsWith('JOB#'),
  key: z.string(),
  cluster: z.string(),
  outcome: z.string(),
  count: z.number().optional(),
  taskId: z.string().optional(),
  at: z.number(),
});
const slot = z.object({
  pk: z.string().startsWith('CLUSTER#'),
  purchase: z.object({ key: z.string(), count: z.number(), phase: z.string(), signedAt: z.number() }),
});

export async function readDemoRecords(engine: Engine): Promise<DemoRecords> {
  const [items, queues] = await Promise.all([engine.ledgerItems(), engine.queues()]);
  return { requests: requestsIn(items), purchases: [...engine.simulator.core.purchases()], ...queues };
}

/** In the order of the verdicts. */
function requestsIn(items: readonly unknown[]): readonly LedgerRequest[] {
  const settled = items
    .flatMap((item) => job.safeParse(item).data ?? [])
    .filter(({ outcome }) => outcome !== 'skipped')
    .toSorted((a, b) => a.at - b.at)
    .map(({ key, cluster, count = 0, taskId = null, outcome }) => ({ key, cluster, count, taskId, state: outcome }));
  const standing = items
    .flatMap((item) => slot.safeParse(item).data ?? [])
    .map(({ pk, purchase: { key, count, phase } }) => ({
      key,
      cluster: pk.slice('CLUSTER#'.length),
      count,
      taskId: null,
      state: phase,
    }));
  return [...settled, ...standing];
}
