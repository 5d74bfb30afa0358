// Whether a purchase is still asked for, more than half an hour after it was decided. Its key names its alert.
import { firingIn } from '../../domain/job/idempotency-key.ts';
import type { Purchase } from '../../domain/job/purchase.ts';
import type { ScaleJob } from '../../domain/job/scale-job.ts';
import type { PurchaseDeps } from '../deps.ts';
import { endOf } from '../read-view.ts';
import type { Recheck } from '../recheck-alert.ts';

const stands = { kind: 'stands' } as const;

/**
 * @param cluster its name in the config
 * @throws what a failed read throws: a need that stands must not be lost, nor one that is over bought
 */
export async function recheckPurchase(
  { key, payload, story, validUntil }: Purchase,
  cluster: string,
  { recoveries, recheckAlert, now }: Pick<PurchaseDeps, 'recoveries' | 'recheckAlert' | 'now'>,
): Promise<typeof stands | Exclude<Recheck, { kind: 'stands' }>> {
  if (validUntil !== undefined && now() > validUntil)
    return { kind: 'over', why: `it is not needed after ${new Date(validUntil).toISOString()}` };
  const firing = firingIn(key);
  // People and schedules take nothing back.
  if (!firing) return stands;
  const { source, intent, reason } = story;
  const { alert, wentOffAt } = firing;
  const job: ScaleJob = { key, cluster, source, intent, payload, reason, occurredAt: wentOffAt };
  if (source === 'cloudwatch') {
    const recheck = await recheckAlert({ ...job, alarmArn: alert });
    return recheck.kind === 'stands' ? stands : recheck;
  }
  const ends = new Map([[source, await recoveries.read(source, cluster, wentOffAt)]]);
  const endedAt = endOf({ ...job, alert }, { ends });
  if (endedAt === undefined) return stands;
  return { kind: 'over', why: `its alert recovered at ${new Date(endedAt).toISOString()}` };
}
