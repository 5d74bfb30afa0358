// Stands in for a Lambda function URL (payload format 2.0).
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import * as z from 'zod';
import { closeServer, listenOnLoopback, readBody } from './aws-stand-ins/loopback.ts';
import { functionUrlEvent } from './function-url-event.ts';

interface FunctionUrl {
  /** Without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Lambda's limit. */
const maxRequestBytes = 6 * 1024 * 1024;

const answerSchema = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});
type FunctionAnswer = z.infer<typeof answerSchema>;

export async function startFunctionUrl(
  invoke: (event: LambdaFunctionURLEvent) => Promise<unknown>,
): Promise<FunctionUrl> {
  const server = createServer((request, response) => {
    answerTo(request, invoke).then(
      (answer) => send(response, answer),
      // The client has closed the connection.
      () => response.destroy(),
    );
  });
  const url = await listenOnLoopback(server);
  return { url, close: () => closeServer(server) };
}

async function answerTo(
  request: IncomingMessage,
  invoke: (event: LambdaFunctionURLEvent) => Promise<unknown>,
): Promise<FunctionAnswer> {
  const body = await readBody(request, maxRequestBytes);
  if (!body) return ofLambda(413, `Request must be smaller than ${maxRequestBytes} bytes`);
  try {
    return answerSchema.parse(await invoke(functionUrlEvent(request, body, Date.now())));
  } catch {
    // A throw, a timeout, a crash, or an invalid answer.
    return ofLambda(502, 'Internal Server Error');
  }
}

const ofLambda = (statusCode: number, Message: string): FunctionAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ Message }),
  isBase64Encoded: false,
});

function send(response: ServerResponse, { statusCode, headers, body, isBase64Encoded }: FunctionAnswer): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  response.writeHead(statusCode).end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
}
