import { sourceStack } from './source-stack.ts';

/** Structured lines: an event name and its fields. Callers pass no secrets. */
export interface Log {
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

export interface FunctionLog extends Log {
  /** @param requestId of the invocation; all later lines have it */
  startInvocation(requestId: string): void;
}

type Fields = Readonly<Record<string, unknown>>;

/** Not `requestId`: answers of Alibaba Cloud are logged under that name. */
type Head = {
  readonly level: 'INFO' | 'WARN' | 'ERROR';
  readonly message: string;
  readonly timestamp: string;
  readonly service: string;
  readonly function_request_id: string | undefined;
};
const reserved: ReadonlySet<string> = new Set<keyof Head>([
  'level',
  'message',
  'timestamp',
  'service',
  'function_request_id',
]);

/**
 * Writes JSON lines. A field `message` becomes `message_`. Never throws: lines are written between a purchase and its
 * record. Written to the streams, because Lambda wraps the lines of `console`.
 */
export function createLog(service: string): FunctionLog {
  let function_request_id: string | undefined;
  const line = (level: Head['level'], message: string, fields: Fields = {}): string =>
    `${asJson({ level, message, timestamp: new Date().toISOString(), service, function_request_id }, fields)}\n`;
  return {
    info(event, fields) {
      process.stdout.write(line('INFO', event, fields));
    },
    warn(event, fields) {
      process.stderr.write(line('WARN', event, fields));
    },
    error(event, fields) {
      process.stderr.write(line('ERROR', event, fields));
    },
    startInvocation(requestId) {
      function_request_id = requestId;
    },
  };
}

function asJson(head: Head, fields: Fields): string {
  try {
    const own = Object.entries(fields).map(([name, value]) => [reserved.has(name) ? `${name}_` : name, value]);
    return JSON.stringify({ ...head, ...Object.fromEntries(own) }, (_, value: unknown) => asShown(value));
  } catch (error) {
    return JSON.stringify({ ...head, unwritable: String(error) });
  }
}

/** Other fields of an error may hold the request, and so a secret. */
function asShown(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (!(value instanceof Error)) return value;
  const { name, message, stack } = value;
  return { name, message, stack: stack && sourceStack(stack) };
}
