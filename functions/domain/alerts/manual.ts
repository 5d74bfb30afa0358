// A manual job, as `scale-out enqueue` writes it. The caller chooses its key.
import * as z from 'zod/mini';
import { manualKey } from '../job/idempotency-key.ts';
import { payloadOf } from '../job/scale-job.ts';
import { own } from '../record.ts';
import { addOrReach, capacityFields, intentOf, unknownVersion, wrongCluster } from './capacity.ts';
import { type Dialect, invalid, oneJob, reasonFrom } from './dialect.ts';
import { printable, readFields } from './fields.ts';
import { aheadProblem, instant } from './instant.ts';

const keyAllowed = 'use 1 to 128 of A-Z, a-z, 0-9 and . _ : @ / -';
const reasonAllowed = 'use at most 500 characters';

/** Not z.maxLength: it throws for a `length` that cannot be compared. */
const isShort = z.refine<string>((text) => text.length <= 500, reasonAllowed);

const request = z
  .strictObject({
    ...capacityFields,
    kind: z.literal('manual'),
    key: z.string(keyAllowed).check(z.regex(/^[A-Za-z0-9._:@/-]{1,128}$/, keyAllowed)),
    reason: z.exactOptional(z.string(reasonAllowed).check(isShort)),
    requestedBy: printable('the name of who asks', 200),
    requestedAt: instant,
    dryRun: z.exactOptional(z.boolean('use true or false')),
  })
  .check(addOrReach);

const what = 'the manual job';

export const manual: Dialect = {
  name: 'a manual job (kind manual)',
  sources: ['manual'],
  recognizes: (value) => own(value, 'kind') === 'manual',
  parse(value, context) {
    const refused = unknownVersion(value);
    if (refused) return refused;
    const read = readFields(request, value, what);
    if ('kind' in read) return read;
    const { key, cluster, reason, requestedBy, requestedAt, dryRun } = read.fields;
    const elsewhere = wrongCluster(cluster, context);
    if (elsewhere) return elsewhere;
    const ahead = aheadProblem('requestedAt', requestedAt, context.now);
    if (ahead !== undefined) return invalid(what, [ahead]);
    const intent = intentOf(read.fields);
    return oneJob({
      key: manualKey(cluster, key),
      cluster,
      source: 'manual',
      intent,
      payload: payloadOf(intent, dryRun),
      reason: reasonFrom([reason], `asked for by ${requestedBy}`),
      requestedBy,
      occurredAt: requestedAt,
      ...(dryRun !== undefined && { dryRun }),
    });
  },
};
