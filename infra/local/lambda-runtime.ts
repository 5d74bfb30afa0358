// Runs in a function's process: loads the bundle (first argument) and calls its handler for each invocation.
import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { Invocation, Reply } from './lambda-messages.ts';

const { AWS_REGION, AWS_LAMBDA_FUNCTION_NAME: functionName = '' } = process.env;
const logStreamName = `local/[$LATEST]${randomUUID().replaceAll('-', '')}`;

// Ctrl-C reaches every process of the terminal: the engine stops this one.
process.on('SIGINT', () => undefined);
// The engine has stopped or was killed.
process.on('disconnect', () => process.exit());

const handler = handlerOf(await load(process.argv[2] ?? ''));
process.on('message', (message) => {
  if (isInvocation(message)) run(message).then(reply, (error: unknown) => reply(failureOf(message, error)));
});
reply({ kind: 'ready' });

function load(file: string): Promise<unknown> {
  return import(pathToFileURL(file).href);
}

type Handler = (event: unknown, context: object) => unknown;

function handlerOf(module: unknown): Handler {
  const exported: unknown = typeof module === 'object' && module !== null ? Reflect.get(module, 'handler') : undefined;
  if (typeof exported !== 'function') throw new Error('the bundle exports no handler');
  return (event, context) => Reflect.apply(exported, undefined, [event, context]);
}

async function run({ requestId, event, deadline }: Invocation): Promise<Reply> {
  const value = await handler(event, {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${AWS_REGION}:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  });
  return { kind: 'returned', requestId, value };
}

function failureOf({ requestId }: Invocation, error: unknown): Reply {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'threw', requestId, type: name, message };
}

const isInvocation = (message: unknown): message is Invocation =>
  typeof message === 'object' && message !== null && 'requestId' in message && 'deadline' in message;

function reply(message: Reply): void {
  process.send?.(message);
}
