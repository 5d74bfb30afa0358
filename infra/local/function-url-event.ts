import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { LambdaFunctionURLEvent } from 'aws-lambda';

/** Content types that are passed as text; others are base64. */
const asText = /^(?:text\/|application\/(?:json|javascript|xml)\b)/i;

/** @param now epoch milliseconds */
export function functionUrlEvent(request: IncomingMessage, body: Buffer, now: number): LambdaFunctionURLEvent {
  const { method = 'GET', url = '/', httpVersion } = request;
  const mark = url.includes('?') ? url.indexOf('?') : url.length;
  const rawPath = url.slice(0, mark);
  const rawQueryString = url.slice(mark + 1);
  const headers = headersOf(request);
  const isBase64Encoded = body.length > 0 && !asText.test(headers['content-type'] ?? '');
  const { host = '', 'user-agent': userAgent = '' } = headers;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers,
    ...(rawQueryString !== '' && { queryStringParameters: Object.fromEntries(new URLSearchParams(rawQueryString)) }),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'local',
      domainName: host,
      domainPrefix: 'local',
      http: { method, path: rawPath, protocol: `HTTP/${httpVersion}`, sourceIp: '127.0.0.1', userAgent },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: new Date(now).toISOString(),
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value = '']) => [name, [value].flat().join(',')]));
}
