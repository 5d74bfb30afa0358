// Requests and answers of the simulator's core.
import { httpDate } from './instants.ts';

/** Path segments are percent-encoded, header names in lower case. */
export type SimRequest = {
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What happens to an answer: the core decides, the HTTP server executes. */
export type Delivery =
  | { readonly kind: 'answer'; readonly delayMs: number }
  /** The connection ends after `bytes` of the body. */
  | { readonly kind: 'cut'; readonly delayMs: number; readonly bytes: number }
  | { readonly kind: 'reset'; readonly delayMs: number }
  /** FIN without an answer. */
  | { readonly kind: 'half-close'; readonly delayMs: number }
  /** The connection stays open without an answer. */
  | { readonly kind: 'silence' };

/** `status` is 0 where the request was lost. */
export type SimAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly delivery: Delivery;
  /** The task that this request created. */
  readonly executed?: string;
};

/** The gateway writes `Code`, the service `code`, a proxy plain text. */
export type Refusal = {
  readonly kind: 'refused';
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly spelling: 'gateway' | 'service' | 'text';
  readonly retryAfterMs?: number;
};

type Success = {
  readonly kind: 'ok';
  readonly status: 200 | 202;
  readonly body: Readonly<Record<string, unknown>>;
  readonly executed?: string;
};

export type Outcome = Refusal | Success;

export const gatewayRefusal = (status: number, code: string, message: string): Refusal => ({
  kind: 'refused',
  status,
  code,
  message,
  spelling: 'gateway',
});

export const serviceRefusal = (status: number, code: string, message: string): Refusal => ({
  kind: 'refused',
  status,
  code,
  message,
  spelling: 'service',
});

export const found = (body: Success['body']): Success => ({ kind: 'ok', status: 200, body });

export function render(
  outcome: Outcome,
  { requestId, at, host }: { requestId: string; at: number; host: string },
): Pick<SimAnswer, 'status' | 'headers' | 'body'> {
  const headers: Record<string, string> = {
    date: httpDate(at),
    'content-type': 'application/json; charset=utf-8',
    'x-acs-request-id': requestId,
  };
  const { status } = outcome;
  if (outcome.kind === 'ok') return { status, headers, body: JSON.stringify(outcome.body) };
  const { code, message } = outcome;
  if (outcome.retryAfterMs !== undefined) headers['x-acs-retry-after'] = String(outcome.retryAfterMs);
  switch (outcome.spelling) {
    case 'gateway':
      return {
        status,
        headers,
        body: JSON.stringify({ Code: code, Message: message, RequestId: requestId, HostId: host }),
      };
    case 'service':
      return { status, headers, body: JSON.stringify({ code, message, requestId }) };
    case 'text':
      return { status, headers: { ...headers, 'content-type': 'text/plain' }, body: message };
  }
}
