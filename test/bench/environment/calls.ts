// Counts requests where they arrive: on the servers of this process, whatever a client says or repeats on its own.
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

/** Number of requests by service and operation, as in `DynamoDB.GetItem`. */
export type Calls = Readonly<Record<string, number>>;

interface CallCounter {
  /** What was counted since the last time. */
  take(): Calls;
}

/** Counts from now on, in every HTTP server of the process. */
export function countCalls(): CallCounter {
  let counts: Record<string, number> = {};
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { readonly request: IncomingMessage };
    const name = operationOf(request);
    counts[name] = (counts[name] ?? 0) + 1;
  });
  return {
    take() {
      const taken = counts;
      counts = {};
      return taken;
    },
  };
}

const services: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'DynamoDB',
  AmazonSQS: 'SQS',
  secretsmanager: 'SecretsManager',
};

function operationOf({ headers, method, url }: IncomingMessage): string {
  const action = headers['x-acs-action'];
  if (action !== undefined) return `ACK.${String(action)}`;
  const [service = '', operation] = String(headers['x-amz-target'] ?? '').split('.');
  return operation === undefined ? `${method} ${url}` : `${services[service] ?? service}.${operation}`;
}
