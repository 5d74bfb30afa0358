// The ACK API: one operation that buys and is sent once, and four that read.
import type * as z from 'zod/mini';
import { classifyResponse, type RawAnswer, type SendOutcome, shorten } from '../../domain/ack/classify-response.ts';
import { AckReadError } from '../../domain/ack/read-error.ts';
import { buildScaleOutRequest, clusterIdSchema, type WorkerTemplate } from '../../domain/ack/scale-out-request.ts';
import { readHttpDate } from '../../domain/instant.ts';
import { createRedactor, errorMessage } from '../../domain/problems.ts';
import { timings } from '../../domain/timings.ts';
import {
  type AckCluster,
  type AckNode,
  type AckTask,
  type AckTaskSummary,
  clusterAnswer,
  nodeKey,
  nodesAnswer,
  readAnswer,
  taskAnswer,
  taskKey,
  tasksAnswer,
} from './answers.ts';
import type { Transport, TransportRequest } from './http-transport.ts';
import { readPages } from './read-pages.ts';
import { safeOrigin } from './safe-origin.ts';
import { type AckCredentials, canonicalQuery, percentEncode, signRequest } from './signature.ts';

export interface AckPurchase {
  readonly clusterId: string;
  /** Of the cluster itself, not of the ENS site. */
  readonly region: string;
  readonly template: WorkerTemplate;
  /** Nodes to buy. */
  readonly count: number;
  readonly nonce: string;
  /** Epoch milliseconds: the date of the signature, from which the gateway's 15 minutes run. */
  readonly signedAt: number;
}

/** A read sends each request once and throws AckReadError. */
export interface AckClient {
  /** Sends one ScaleOutCluster request, never repeats it, never throws. */
  scaleOut(purchase: AckPurchase): Promise<SendOutcome>;
  /** Readies what a purchase needs that may follow within seconds: its connection and the password. Never throws, and sends nothing. */
  prepareScaleOut(clusterId: string, region: string): void;
  describeCluster(clusterId: string, region: string): Promise<AckCluster>;
  /** Without nodes whose creation failed. An incomplete list throws. */
  listNodes(clusterId: string, region: string): Promise<readonly AckNode[]>;
  /** An incomplete list throws: it could lack the task of a purchase in doubt. */
  listTasks(clusterId: string, region: string): Promise<readonly AckTaskSummary[]>;
  readTask(taskId: string, region: string): Promise<AckTask>;
}

export interface AckClientDeps {
  readonly transport: Transport;
  /** Its errors are logged, so they must not quote the secret. The same holds for loginPassword. */
  readonly credentials: () => Promise<AckCredentials>;
  /** Read for purchases only. */
  readonly loginPassword: () => Promise<string>;
  /** Called when the gateway refuses the credentials. */
  readonly onAuthenticationError?: () => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** For reads. */
  readonly newNonce: () => string;
  readonly sign?: typeof signRequest;
  /** Replaces https://cs.{region}.aliyuncs.com. */
  readonly endpoint?: string;
  /** The largest difference that an answer allows, give or take half a second; positive when the gateway's clock is ahead. */
  readonly onClockSkew?: (skewMs: number, region: string) => void;
}

interface Call {
  readonly action: string;
  readonly region: string;
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  /** Absent for a read. */
  readonly purchase?: { readonly body: string; readonly nonce: string; readonly signedAt: number };
}

/** @throws Error when `endpoint` would send the password unencrypted over a network */
export function createAckClient(deps: AckClientDeps): AckClient {
  const endpoint = deps.endpoint === undefined ? undefined : safeOrigin('ACK', deps.endpoint);
  const { sign = signRequest } = deps;

  function placeOf(region: string, path: readonly string[]) {
    return { origin: endpoint ?? originOf(region), pathname: `/${path.map(segment).join('/')}` };
  }

  function signed({ action, region, path, query = {}, purchase }: Call, credentials: AckCredentials): TransportRequest {
    const method = purchase ? 'POST' : 'GET';
    const { origin, pathname } = placeOf(region, path);
    const url = [`${origin}${pathname}`, canonicalQuery(query)].filter(Boolean).join('?');
    const headers = sign({
      method,
      path: pathname,
      query,
      host: origin.slice(origin.indexOf('//') + 2),
      body: purchase?.body ?? '',
      action,
      version: '2015-12-15',
      credentials,
      date: purchase?.signedAt ?? deps.now(),
      nonce: purchase?.nonce ?? deps.newNonce(),
    });
    const timeoutMs = purchase ? timings.requestTimeoutMs : timings.readTimeoutMs;
    const limits = { timeoutMs, connectTimeoutMs: timings.connectTimeoutMs };
    return { method, url, headers, ...limits, ...(purchase && { body: purchase.body }) };
  }

  /** Never throws: bytes may have left, so every result is classified. */
  async function exchange(request: TransportRequest, region: string, secrets: readonly string[]): Promise<RawAnswer> {
    const sentAt = deps.now();
    const answer = await sendOnce(deps.transport, request);
    report(answer, region, sentAt);
    const redact = redactorOf(secrets);
    return answer.kind === 'answer'
      ? { ...answer, body: redact(answer.body) }
      : { ...answer, message: redact(answer.message) };
  }

  function report(answer: RawAnswer, region: string, sentAt: number): void {
    try {
      const skewMs = clockSkew(answer, sentAt, deps.now());
      if (skewMs !== undefined) deps.onClockSkew?.(skewMs, region);
      if (answer.kind === 'answer' && answer.status < 300) return;
      const outcome = classifyResponse(answer);
      if (outcome.kind === 'refused-unexecuted' && outcome.authentication) deps.onAuthenticationError?.();
    } catch {
      // An error of an observer must not change the result of a purchase.
    }
  }

  async function scaleOut({ clusterId, region, template, count, nonce, signedAt }: AckPurchase): Promise<SendOutcome> {
    let request: TransportRequest;
    let secrets: readonly string[];
    try {
      const [credentials, password] = await Promise.all([
        available('the access key', deps.credentials),
        available('the login password', deps.loginPassword),
      ]);
      const body = JSON.stringify(buildScaleOutRequest(template, count, password));
      const path = purchasePath(clusterId);
      request = signed({ action: 'ScaleOutCluster', region, path, purchase: { body, nonce, signedAt } }, credentials);
      secrets = [password, ...secretsOf(credentials)];
      // Checked last: reading the secrets takes time.
      if (deps.now() - signedAt >= timings.sendWithinMs) throw new Error('it was not sent soon after its signature');
    } catch (error) {
      return { kind: 'refused-unexecuted', why: shorten(errorMessage(error)) };
    }
    return classifyResponse(await exchange(request, region, secrets));
  }

  function prepareScaleOut(clusterId: string, region: string): void {
    deps.loginPassword().catch(() => undefined);
    try {
      const { origin, pathname } = placeOf(region, purchasePath(clusterId));
      deps.transport.open?.(`${origin}${pathname}`, timings.connectTimeoutMs);
    } catch {
      // The purchase itself says what is wrong with its address.
    }
  }

  async function read<S extends z.core.$ZodType>(answerSchema: S, call: Omit<Call, 'purchase'>): Promise<z.output<S>> {
    const answer = await look(call, false);
    // What happened to the connection while nobody used it says nothing of the gateway. A read may be repeated, and once is enough.
    const isOld = answer.kind === 'failure' && answer.reused === true;
    return readAnswer(answerSchema, call.action, isOld ? await look(call, true) : answer);
  }

  /** Signed anew each time: the gateway takes a nonce once. */
  async function look(call: Omit<Call, 'purchase'>, fresh: boolean): Promise<RawAnswer> {
    let request: TransportRequest;
    let secrets: readonly string[];
    try {
      const credentials = await available('the access key', deps.credentials);
      request = { ...signed(call, credentials), ...(fresh && { fresh }) };
      secrets = secretsOf(credentials);
    } catch (error) {
      throw new AckReadError(`${call.action}: ${errorMessage(error)}`, 'NotSent');
    }
    return exchange(request, call.region, secrets);
  }

  return {
    scaleOut,
    prepareScaleOut,
    describeCluster: (clusterId, region) =>
      read(clusterAnswer, { action: 'DescribeClusterDetail', region, path: ['clusters', clusterId] }),
    async listNodes(clusterId, region) {
      const call = { action: 'DescribeClusterNodes', region, path: ['clusters', clusterId, 'nodes'] };
      const listed = await readPages(call.action, deps.now, nodeKey, (page) =>
        read(nodesAnswer, { ...call, query: { pageNumber: String(page), pageSize: '100' } }),
      );
      // Filtered after reading: the total counts them.
      return listed.filter(({ state }) => state !== 'failed');
    },
    listTasks(clusterId, region) {
      const call = { action: 'DescribeClusterTasks', region, path: ['clusters', clusterId, 'tasks'] };
      return readPages(call.action, deps.now, taskKey, (page) =>
        read(tasksAnswer, { ...call, query: { page_number: String(page), page_size: '50' } }),
      );
    },
    readTask: (taskId, region) => read(taskAnswer, { action: 'DescribeTaskInfo', region, path: ['tasks', taskId] }),
  };
}

/** Compiling the patterns of a secret takes long: the latest redactors are kept. */
const redactors = new Map<string, ReturnType<typeof createRedactor>>();
function redactorOf(secrets: readonly string[]): ReturnType<typeof createRedactor> {
  const id = JSON.stringify(secrets);
  const known = redactors.get(id);
  if (known) return known;
  if (redactors.size >= 2) redactors.clear();
  const redactor = createRedactor(secrets);
  redactors.set(id, redactor);
  return redactor;
}

async function sendOnce(transport: Transport, request: TransportRequest): Promise<RawAnswer> {
  try {
    return await transport(request);
  } catch {
    return { kind: 'failure', code: 'ERR_TRANSPORT', connected: true, message: 'the transport failed' };
  }
}

/** A SyntaxError quotes the secret: only its name is kept. */
async function available<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const why = error instanceof Error && error.name === 'SyntaxError' ? error.name : errorMessage(error);
    throw new Error(`${what} cannot be read: ${why}`);
  }
}

/**
 * The largest difference that an answer allows. The Date header is cut to the second, so on average the gateway's clock was half a
 * second further. The gateway read its clock at an unknown moment of the exchange: half of its duration is the error. What was under
 * way for longer than a read may take, in a process that was paused for instance, measures nothing.
 */
function clockSkew(answer: RawAnswer, sentAt: number, receivedAt: number): number | undefined {
  const errorMs = (receivedAt - sentAt) / 2;
  if (!(errorMs <= timings.readTimeoutMs / 2)) return undefined;
  const date = answer.kind === 'answer' ? readHttpDate(answer.headers['date'] ?? '') : undefined;
  if (date === undefined) return undefined;
  const skewMs = date + 500 - sentAt - errorMs;
  return Math.round(skewMs + Math.sign(skewMs) * errorMs);
}

function secretsOf({ accessKeySecret, securityToken = '' }: AckCredentials): readonly string[] {
  return [accessKeySecret, securityToken];
}

const purchasePath = (clusterId: string): readonly string[] => ['api', 'v2', 'clusters', clusterId];

function segment(part: string): string {
  if (clusterIdSchema.safeParse(part).success) return percentEncode(part);
  throw new Error(`${JSON.stringify(part)} cannot be part of a path`);
}

function originOf(region: string): string {
  if (/^[a-z0-9-]+$/.test(region)) return `https://cs.${region}.aliyuncs.com`;
  throw new Error(`${JSON.stringify(region)} is no region; use one such as cn-hangzhou`);
}
