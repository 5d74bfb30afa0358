// An occurrence of a schedule: the stack's template, filled in by EventBridge Scheduler. The schedule may have been removed
// from the config since.
import * as z from 'zod/mini';
import { scheduleKey } from '../job/idempotency-key.ts';
import { payloadOf } from '../job/scale-job.ts';
import { own } from '../record.ts';
import { addOrReach, capacityFields, intentOf, unknownVersion, wrongCluster } from './capacity.ts';
import { type Dialect, invalid, oneJob, reasonFrom } from './dialect.ts';
import { readFields } from './fields.ts';
import { aheadProblem, instant } from './instant.ts';

const nameAllowed = 'use 1 to 48 letters, digits, - or _';

const occurrence = z
  .strictObject({
    ...capacityFields,
    kind: z.literal('schedule'),
    schedule: z.string(nameAllowed).check(z.regex(/^[A-Za-z0-9_-]{1,48}$/, nameAllowed)),
    // `<aws.scheduler.scheduled-time>` in the template itself.
    scheduledTime: instant,
    until: z.exactOptional(instant),
  })
  .check(addOrReach);

const what = 'the occurrence of a schedule';

export const schedule: Dialect = {
  name: 'an occurrence of a schedule (kind schedule)',
  sources: ['schedule'],
  recognizes: (value) => own(value, 'kind') === 'schedule',
  parse(value, context) {
    const refused = unknownVersion(value);
    if (refused) return refused;
    const read = readFields(occurrence, value, what);
    if ('kind' in read) return read;
    const { schedule: name, cluster, scheduledTime, until } = read.fields;
    const elsewhere = wrongCluster(cluster, context);
    if (elsewhere) return elsewhere;
    const ahead = aheadProblem('scheduledTime', scheduledTime, context.now);
    if (ahead !== undefined) return invalid(what, [ahead]);
    const intent = intentOf(read.fields);
    return oneJob({
      key: scheduleKey(cluster, name, scheduledTime),
      cluster,
      source: 'schedule',
      intent,
      payload: payloadOf(intent),
      reason: reasonFrom([], `schedule ${name}`),
      occurredAt: scheduledTime,
      ...(until !== undefined && { validUntil: until }),
    });
  },
};
