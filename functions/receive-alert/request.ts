import type { LambdaFunctionURLEvent } from 'aws-lambda';

export interface WebhookRequest {
  readonly method: string;
  readonly path: string;
  /** @param name in lower case */
  header(name: string): string | undefined;
  /** The bytes that are signed. */
  readonly body: Buffer;
}

/** Lambda passes JSON as text and other bodies in base64. Its header names are in lower case. */
export function requestOf(event: LambdaFunctionURLEvent): WebhookRequest {
  const { rawPath, headers, body = '', isBase64Encoded, requestContext } = event;
  return {
    method: requestContext.http.method,
    path: rawPath,
    header: (name) => headers[name],
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}
