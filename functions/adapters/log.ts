import { Logger } from '@aws-lambda-powertools/logger';

/** Structured lines: a short event name and its fields. Secrets never come here: adapters keep them to themselves. */
export interface Log {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** The log of a function, whose lines also tell to which invocation they belong. */
export interface FunctionLog extends Log {
  /** From now on, until the next one starts. @param requestId as AWS calls the invocation */
  startInvocation(requestId: string): void;
}

/** What a line says of itself: the logger drops a field of such a name, and complains in a line of its own. */
const taken = new Set(['level', 'message', 'sampling_rate', 'service', 'timestamp']);

/** Writes JSON lines to standard output, as CloudWatch Logs Insights reads them. A field `message` comes out as `message_`. */
export function createLog(serviceName: string): FunctionLog {
  const logger = new Logger({ serviceName, jsonReplacerFn: (_, value) => asShown(value) });
  return {
    info: (event, fields = {}) => logger.info(event, renamed(fields)),
    warn: (event, fields = {}) => logger.warn(event, renamed(fields)),
    error: (event, fields = {}) => logger.error(event, renamed(fields)),
    // Not `requestId`: the lines of an answer have the one of Alibaba Cloud under that name.
    startInvocation: (requestId) => logger.appendKeys({ function_request_id: requestId }),
  };
}

/** The logger would print every field of an error; one of them may hold the request, and so a secret. */
function asShown(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack } = value;
  return { name, message, stack };
}

function renamed(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [taken.has(name) ? `${name}_` : name, value]),
  );
}
