// What an answer to ScaleOutCluster proves. An answer that the table does not name is ambiguous.
import * as z from 'zod/mini';
import { parseJson } from '../record.ts';
import { timings } from '../timings.ts';
import { acceptedAnswerSchema } from './scale-out-request.ts';

/** A complete answer. */
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
  /** Whether the connection (for https: with TLS) was up. If not, no byte of the request left. */
  readonly connected: boolean;
  /** On a connection that had carried earlier requests. Never of a purchase. */
  readonly reused?: boolean;
  readonly message: string;
}

export type RawAnswer = HttpAnswer | TransportFailure;

export type SendOutcome =
  /** Nodes were bought. */
  | { readonly kind: 'accepted'; readonly taskId: string; readonly requestId?: string }
  /** Nothing was bought; a repeat would be refused, too. */
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string; readonly requestId?: string }
  /** Nothing was executed; a later request may succeed. */
  | {
      readonly kind: 'refused-unexecuted';
      readonly why: string;
      readonly code?: string;
      readonly throttled?: boolean;
      /** Wait as the gateway asks for. */
      readonly retryAfterMs?: number;
      /** The credentials are wrong or expired. */
      readonly authentication?: boolean;
    }
  /** It is not known whether nodes were bought. */
  | { readonly kind: 'ambiguous'; readonly why: string; readonly code?: string };

type Proof = 'rejected' | 'throttled' | 'authentication' | 'refused' | 'ambiguous';

interface Row {
  readonly status: (status: number) => boolean;
  readonly code: RegExp;
  readonly proves: Proof;
}

const oneOf =
  (...statuses: readonly number[]) =>
  (status: number) =>
    statuses.includes(status);
const any4xx = (status: number) => status >= 400 && status < 500;
/** A 429 may come from a proxy: only a Throttling code proves that it is the gateway's. */
const refusal = (status: number) => any4xx(status) && status !== 429;

/** The first row with a matching status and code decides. */
const errorTable: readonly Row[] = [
  { status: oneOf(400, 429), code: /Throttling/, proves: 'throttled' },
  { status: oneOf(400, 403), code: /^SignatureDoesNotMatch$/, proves: 'authentication' },
  // Without a readable Authorization header, such as for an empty key, the request belongs to no account.
  { status: oneOf(400), code: /^IncompleteSignature$/, proves: 'authentication' },
  { status: refusal, code: /^InvalidAccessKeyId(\.|$)/, proves: 'authentication' },
  { status: refusal, code: /^InvalidSecurityToken(\.|$)/, proves: 'authentication' },
  { status: oneOf(400), code: /^InvalidTimeStamp\.Expired$/, proves: 'refused' },
  // The request with this nonce may have been executed.
  { status: any4xx, code: /^SignatureNonceUsed$/, proves: 'ambiguous' },
  { status: refusal, code: /^(ErrorClusterNotFound|ErrorCheckAcl)$/, proves: 'rejected' },
  {
    status: refusal,
    code: /^(Forbidden|InvalidParameter|Missing|QuotaExceeded|InsufficientBalance)/,
    proves: 'rejected',
  },
];

/** Texts are cut to 300 characters. Redact secrets in `answer` before: a cut secret would not be found. */
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
/** The gateway writes `Code`, the service behind it `code`. */
const errorSchema = z.object({
  Code: detail,
  code: detail,
  Message: detail,
  message: detail,
  RequestId: detail,
  requestId: detail,
  request_id: detail,
});

interface ErrorBody {
  readonly code?: string | undefined;
  /** The whole body when it is no JSON object. */
  readonly message: string;
  readonly requestId?: string | undefined;
}

export function readErrorBody(body: string): ErrorBody {
  const parsed = errorSchema.safeParse(parseJson(body));
  if (!parsed.success) return { message: body.trim() };
  const { Code, code, Message, message, RequestId, requestId, request_id } = parsed.data;
  return { code: Code ?? code, message: Message ?? message ?? '', requestId: RequestId ?? requestId ?? request_id };
}

/** At most the longest delay of SQS. Ignores a header that is no number. */
function retryAfter(header = ''): { readonly retryAfterMs?: number } {
  return /^\d+$/.test(header) ? { retryAfterMs: Math.min(Number(header), timings.maxDelayMs) } : {};
}

function requestIdOf(requestId: string | undefined): { readonly requestId?: string } {
  return requestId ? { requestId: shorten(requestId) } : {};
}

/** Outcomes are stored and logged. */
export function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
