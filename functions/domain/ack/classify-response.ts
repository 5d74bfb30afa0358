// What one answer to ScaleOutCluster proves. Whatever the table does not name proves nothing: it is ambiguous, and an
// ambiguous purchase is never sent again blindly.
import * as z from 'zod/mini';
import { parseJson } from '../record.ts';
import { timings } from '../timings.ts';
import { acceptedAnswerSchema } from './scale-out-request.ts';

/** A complete answer: every byte that its framing promised has arrived. */
export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** No complete answer. */
export interface TransportFailure {
  readonly kind: 'failure';
  readonly code: string;
  /** Whether the connection (for https: with TLS) was ever up. If not, no byte of the request left. */
  readonly connected: boolean;
  readonly message: string;
}

export type RawAnswer = HttpAnswer | TransportFailure;

export type SendOutcome =
  /** Nodes were bought: the task adds them. */
  | { readonly kind: 'accepted'; readonly taskId: string; readonly requestId?: string }
  /** Nothing was bought, and the same request would be refused again. */
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string; readonly requestId?: string }
  /** Provably nothing was executed; a later request may succeed. */
  | {
      readonly kind: 'refused-unexecuted';
      readonly why: string;
      readonly code?: string;
      /** There were too many requests. */
      readonly throttled?: boolean;
      /** How long the gateway asks to wait, in milliseconds. */
      readonly retryAfterMs?: number;
      /** The credentials are wrong or expired: fetch them again. */
      readonly authentication?: boolean;
    }
  /** Bought or not, nobody knows yet. */
  | { readonly kind: 'ambiguous'; readonly why: string; readonly code?: string };

type Verdict = 'rejected' | 'throttled' | 'authentication' | 'refused' | 'ambiguous';

interface Row {
  readonly status: (status: number) => boolean;
  readonly code: RegExp;
  readonly proves: Verdict;
}

const oneOf =
  (...statuses: readonly number[]) =>
  (status: number) =>
    statuses.includes(status);
const any4xx = (status: number) => status >= 400 && status < 500;
/** A 429 says that something on the way counted requests, not who: only a Throttling code tells that it was the gateway. */
const refusal = (status: number) => any4xx(status) && status !== 429;

/** The first row that matches both status and code decides. Codes: see the API's error centre; a wildcard covers a family. */
const errorTable: readonly Row[] = [
  { status: oneOf(400, 429), code: /Throttling/, proves: 'throttled' },
  { status: oneOf(400, 403), code: /^SignatureDoesNotMatch$/, proves: 'authentication' },
  { status: refusal, code: /^InvalidAccessKeyId(\.|$)/, proves: 'authentication' },
  { status: refusal, code: /^InvalidSecurityToken(\.|$)/, proves: 'authentication' },
  { status: oneOf(400), code: /^InvalidTimeStamp\.Expired$/, proves: 'refused' },
  // The gateway has seen this nonce before; whether that request executed, it does not say.
  { status: any4xx, code: /^SignatureNonceUsed$/, proves: 'ambiguous' },
  { status: refusal, code: /^(ErrorClusterNotFound|ErrorCheckAcl)$/, proves: 'rejected' },
  {
    status: refusal,
    code: /^(Forbidden|InvalidParameter|Missing|QuotaExceeded|InsufficientBalance)/,
    proves: 'rejected',
  },
];

/**
 * Decides what an answer to ScaleOutCluster means for the purchase.
 *
 * Texts in the outcome are cut to 300 characters; hide secrets in `answer` before, or a cut one slips through.
 */
export function classifyResponse(answer: RawAnswer): SendOutcome {
  if (answer.kind === 'failure') return classifyFailure(answer);
  if (answer.status >= 200 && answer.status < 300) return classifySuccess(answer);
  const error = readErrorBody(answer.body);
  const { code = '', message } = error;
  const row = errorTable.find((one) => one.status(answer.status) && one.code.test(code));
  const why = shorten([`HTTP ${answer.status}`, code, message].filter(Boolean).join(' '));
  const known = { why, ...(code && { code: shorten(code) }) };
  switch (row?.proves) {
    case 'rejected':
      return { kind: 'rejected', code: shorten(code), message: shorten(message), ...requestIdOf(error.requestId) };
    case 'throttled':
      return {
        kind: 'refused-unexecuted',
        ...known,
        throttled: true,
        ...retryAfter(answer.headers['x-acs-retry-after']),
      };
    case 'authentication':
      return { kind: 'refused-unexecuted', ...known, authentication: true };
    case 'refused':
      return { kind: 'refused-unexecuted', ...known };
    case 'ambiguous':
    case undefined:
      return { kind: 'ambiguous', ...known };
  }
}

function classifyFailure({ code, connected, message }: TransportFailure): SendOutcome {
  return { kind: connected ? 'ambiguous' : 'refused-unexecuted', why: shorten(message), code: shorten(code) };
}

function classifySuccess(answer: HttpAnswer): SendOutcome {
  const accepted = acceptedAnswerSchema.safeParse(parseJson(answer.body));
  if (!accepted.success) return { kind: 'ambiguous', why: `HTTP ${answer.status} without a readable task_id` };
  return { kind: 'accepted', taskId: accepted.data.task_id, ...requestIdOf(accepted.data.request_id) };
}

const detail = z.catch(z.optional(z.string()), undefined);
/** The gateway writes `Code`, the service behind it `code`, and either may answer. */
const errorSchema = z.object({
  Code: detail,
  code: detail,
  Message: detail,
  message: detail,
  RequestId: detail,
  requestId: detail,
  request_id: detail,
});

export interface ErrorBody {
  readonly code?: string | undefined;
  /** The whole body when it is no JSON object; may be empty. */
  readonly message: string;
  readonly requestId?: string | undefined;
}

/** Reads an error body in either spelling, or plain text. */
export function readErrorBody(body: string): ErrorBody {
  const parsed = errorSchema.safeParse(parseJson(body));
  if (!parsed.success) return { message: body.trim() };
  const { Code, code, Message, message, RequestId, requestId, request_id } = parsed.data;
  return { code: Code ?? code, message: Message ?? message ?? '', requestId: RequestId ?? requestId ?? request_id };
}

/** Nothing waits longer than SQS can delay a message, and what is no count of milliseconds is ignored. */
function retryAfter(header = ''): { readonly retryAfterMs?: number } {
  return /^\d+$/.test(header) ? { retryAfterMs: Math.min(Number(header), timings.maxDelayMs) } : {};
}

function requestIdOf(requestId: string | undefined): { readonly requestId?: string } {
  return requestId ? { requestId: shorten(requestId) } : {};
}

/** Cuts to 300 characters: outcomes are stored and logged. */
export function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
