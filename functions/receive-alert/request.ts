import type { LambdaFunctionURLEvent } from 'aws-lambda';

/** A request to the function URL, as far as the webhook looks at it. */
export interface WebhookRequest {
  readonly method: string;
  readonly path: string;
  /** @param name in lower case */
  header(name: string): string | undefined;
  /** As the sender sent them: what is signed is the bytes. */
  readonly body: Buffer;
}

/** Lambda hands on JSON as it is, and everything else, such as a form, in base64. Its header names are in lower case. */
export function requestOf(event: LambdaFunctionURLEvent): WebhookRequest {
  const { rawPath, headers, body = '', isBase64Encoded, requestContext } = event;
  return {
    method: requestContext.http.method,
    path: rawPath,
    header: (name) => headers[name],
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}
