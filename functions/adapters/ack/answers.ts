// The answers of ACK's read operations: the fields that are relied on.
import * as z from 'zod/mini';
import { type RawAnswer, readErrorBody } from '../../domain/ack/classify-response.ts';
import { AckReadError } from '../../domain/ack/read-error.ts';
import { readAckInstant } from '../../domain/instant.ts';
import { listProblems } from '../../domain/problems.ts';
import { parseJson } from '../../domain/record.ts';

export interface AckCluster {
  /** `running` accepts a scale-out; others are scaling, updating and more. */
  readonly state: string;
  /** `Edge` for an ACK@Edge cluster. */
  readonly profile?: string | undefined;
}

export interface AckNode {
  /** Empty for a node that was not bought through the API. */
  readonly instanceId: string;
  readonly nodeName?: string | undefined;
  /** Ready, NotReady, Unknown, Offline, or a later addition. */
  readonly status: string;
  readonly state?: string | undefined;
  /** Epoch milliseconds, in steps of a second or a minute; undefined when it cannot be read. */
  readonly createdAt?: number | undefined;
  /** The end of its lease, in the same way. Undefined as well without a readable status: what is over and what serves belong together. */
  readonly leaseEndsAt?: number | undefined;
}

export interface AckTaskSummary {
  readonly taskId: string;
  /** `cluster_scaleout` for a purchase. */
  readonly type: string;
  /** Epoch milliseconds, in steps of a second or a minute; undefined when it cannot be read. */
  readonly createdAt: number | undefined;
}

export interface AckTask extends Pick<AckTaskSummary, 'taskId' | 'createdAt'> {
  /** running, success, fail, failed. Any other state means not finished. */
  readonly state: string;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  /** One per node; status is success, failed or initial. */
  readonly results: readonly { readonly instanceId: string; readonly status: string }[];
}

// Informative fields may be missing or malformed: the API documents them loosely.
const text = z.string().check(z.minLength(1));
const detail = z.catch(z.optional(z.string()), undefined);
/** Undefined where it cannot be read: the entry still counts. */
const instant = z.catch(
  z.pipe(
    z.string(),
    z.transform((written: string) => readAckInstant(written)),
  ),
  undefined,
);
const listTotal = z.catch(z.optional(z.object({ total_count: z.number() })), undefined);

export const clusterAnswer = z.object({ state: text, profile: detail });

const node = z.object({
  instance_id: z.catch(z.string(), ''),
  node_name: detail,
  node_status: detail,
  state: detail,
  creation_time: instant,
  expired_time: instant,
});
export const nodesAnswer = z.pipe(
  z.object({ nodes: z.array(node), page: listTotal }),
  z.transform(({ nodes, page }) => ({ items: nodes.map(toNode), total: page?.total_count })),
);

const task = z.object({ task_id: text, task_type: text, created: instant });
export const tasksAnswer = z.pipe(
  z.object({ tasks: z.array(task), page_info: listTotal }),
  z.transform(({ tasks, page_info }) => ({ items: tasks.map(toTask), total: page_info?.total_count })),
);
export const taskAnswer = z.pipe(
  z.object({
    task_id: text,
    state: text,
    created: instant,
    error: z.catch(z.optional(z.object({ code: z.catch(text, ''), message: z.catch(text, '') })), undefined),
    task_result: z.nullish(z.array(z.object({ data: z.catch(text, ''), status: z.catch(text, '') }))),
  }),
  z.transform(({ task_id, state, created, error, task_result }) => ({
    taskId: task_id,
    state,
    createdAt: created,
    // A successful task has an empty error.
    error: error?.code || error?.message ? error : undefined,
    results: (task_result ?? []).map(({ data, status }) => ({ instanceId: data, status })),
  })),
);

function toNode(raw: z.infer<typeof node>): AckNode {
  return {
    instanceId: raw.instance_id,
    nodeName: raw.node_name,
    status: raw.node_status ?? 'Unknown',
    state: raw.state,
    createdAt: raw.creation_time,
    leaseEndsAt: raw.node_status === undefined ? undefined : raw.expired_time,
  };
}

function toTask(raw: z.infer<typeof task>): AckTaskSummary {
  return { taskId: raw.task_id, type: raw.task_type, createdAt: raw.created };
}

/** Identifies an entry across pages; undefined where nothing does. */
export const nodeKey = ({ instanceId, nodeName }: AckNode) => instanceId || nodeName || undefined;
export const taskKey = ({ taskId }: AckTaskSummary) => taskId;

/** @throws AckReadError for a failure, an error, or an answer without the required fields */
export function readAnswer<S extends z.core.$ZodType>(schema: S, action: string, answer: RawAnswer): z.output<S> {
  if (answer.kind === 'failure') throw new AckReadError(`${action}: ${answer.message}`, answer.code);
  const { status, body } = answer;
  if (status < 200 || status > 299) {
    const { code = `HTTP ${status}`, message } = readErrorBody(body);
    throw new AckReadError(`${action}: ${code} ${message}`, code, status);
  }
  const input = parseJson(body);
  const parsed = z.safeParse(schema, input);
  if (parsed.success) return parsed.data;
  const [problem] = listProblems(parsed.error.issues, input);
  throw new AckReadError(`${action}: unreadable answer: ${problem}`, 'UnreadableAnswer', status);
}
