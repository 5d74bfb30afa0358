/** Structured lines: a short event name and its fields. Secrets never come here: adapters keep them to themselves. */
export interface Log {
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

/** The log of a function, whose lines also tell to which invocation they belong. */
export interface FunctionLog extends Log {
  /** From now on, until the next one starts. @param requestId as AWS calls the invocation */
  startInvocation(requestId: string): void;
}

type Fields = Readonly<Record<string, unknown>>;

/** What a line says of itself. Not `requestId`: the lines of an answer have the one of Alibaba Cloud under that name. */
type Head = {
  readonly level: 'INFO' | 'WARN' | 'ERROR';
  readonly message: string;
  readonly timestamp: string;
  readonly service: string;
  readonly function_request_id: string | undefined;
};
const taken: ReadonlySet<string> = new Set<keyof Head>([
  'level',
  'message',
  'timestamp',
  'service',
  'function_request_id',
]);

/**
 * Writes JSON lines, as CloudWatch Logs Insights reads them. A field `message` comes out as `message_`. Never throws: a
 * line is written between a purchase and its record, too. Written to the streams themselves: Lambda wraps what goes
 * through `console` in lines of its own.
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
    const own = Object.entries(fields).map(([name, value]) => [taken.has(name) ? `${name}_` : name, value]);
    return JSON.stringify({ ...head, ...Object.fromEntries(own) }, (_, value: unknown) => asShown(value));
  } catch (error) {
    return JSON.stringify({ ...head, unwritable: String(error) });
  }
}

/** An error's other fields stay out: one of them may hold the request, and so a secret. */
function asShown(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (!(value instanceof Error)) return value;
  const { name, message, stack } = value;
  return { name, message, stack };
}
