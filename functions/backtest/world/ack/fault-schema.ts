// All faults of the simulated service. The core imports the types only.
import * as z from 'zod';
import { operations } from './routes.ts';

/** Default: until cleared, on every cluster. */
const scope = { times: z.exactOptional(z.int().min(1)), clusterId: z.exactOptional(z.string().min(1)) };
/** Default: ScaleOutCluster. */
const requestScope = { ...scope, operation: z.exactOptional(z.enum([...operations, 'any'])) };
const ms = z.number().min(0);
const when = z.enum(['before', 'after']);
const code = z.string().min(1);

const errorFault = z
  .strictObject({
    kind: z.literal('error'),
    status: z.int().min(400).max(599),
    when,
    code: z.exactOptional(code),
    spelling: z.exactOptional(z.enum(['gateway', 'service', 'text'])),
    ...requestScope,
  })
  // A 4xx after executing would break assumption A3.
  .refine((fault) => fault.when === 'before' || fault.status >= 500, {
    path: ['status'],
    error: 'after executing, the service answers 5xx',
  });

export const faultSchema = z.discriminatedUnion('kind', [
  /** Refused by the gateway with Throttling.User; `retryAfterMs` becomes the header x-acs-retry-after. */
  z.strictObject({
    kind: z.literal('throttle'),
    status: z.literal([400, 429]),
    retryAfterMs: z.exactOptional(ms),
    ...requestScope,
  }),
  /** Answers this status instead of executing, or after having executed. */
  errorFault,
  /** Resets the connection before the request is read, or after it was executed. */
  z.strictObject({ kind: z.literal('drop'), when, ...requestScope }),
  /** Executes, then ends the connection in order, without an answer. */
  z.strictObject({ kind: z.literal('half-close'), ...requestScope }),
  /** Acts at once, answers late. */
  z.strictObject({ kind: z.literal('latency'), ms, ...requestScope }),
  /** Executes, and half of the answer's JSON arrives: as a complete HTTP message, or with the connection cut. */
  z.strictObject({
    kind: z.literal('truncate'),
    cut: z.exactOptional(z.enum(['json', 'connection'])),
    ...requestScope,
  }),
  /** Executes, and the answer lacks the task id. */
  z.strictObject({ kind: z.literal('no-task-id'), ...scope }),
  /** Rejected by the service with a QuotaExceeded code. */
  z.strictObject({ kind: z.literal('no-stock'), ...scope }),
  /** The task succeeds with `got` nodes at the most; the others are `failed` in its task_result. */
  z.strictObject({ kind: z.literal('partial'), got: z.int().min(0), ...scope }),
  /** The task ends without any node; the service's pages spell its state both ways. */
  z.strictObject({
    kind: z.literal('task-fails'),
    code,
    message: z.string(),
    state: z.exactOptional(z.enum(['fail', 'failed'])),
    ...scope,
  }),
  /** The last `count` nodes of the task are bought and boot, but stay NotReady for ever. */
  z.strictObject({ kind: z.literal('node-never-joins'), count: z.int().min(1), ...scope }),
  /** Answers nothing; the request reaches the gateway only `delayMs` later, and executes if its date still holds. */
  z.strictObject({ kind: z.literal('late-execution'), delayMs: ms, ...scope }),
]);

export type Fault = z.infer<typeof faultSchema>;
