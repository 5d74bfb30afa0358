import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** `reason` is for the log and holds nothing of the request; `error` is for the sender. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 415 | 503;
  readonly reason: string;
  readonly error: string;
  /** The sender, once it has shown who it is. */
  readonly source?: string;
}

/** Required by HTTP. */
const requiredHeaders: Readonly<Partial<Record<Refusal['status'], Readonly<Record<string, string>>>>> = {
  401: { 'www-authenticate': 'Bearer' },
  405: { allow: 'POST' },
};

export const refused = ({ status, error }: Refusal): APIGatewayProxyStructuredResultV2 =>
  json(status, { error }, requiredHeaders[status]);

/** The alert is on the queue, in several messages where one could not carry it; the queue function decides. */
export const accepted = (messageIds: readonly [string, ...string[]]): APIGatewayProxyStructuredResultV2 =>
  json(202, { messageId: messageIds[0], ...(messageIds.length > 1 && { messageIds }) });

function json(statusCode: number, body: object, headers = {}): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
