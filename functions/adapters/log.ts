import { Logger } from '@aws-lambda-powertools/logger';

/** Structured lines: a short event name and its fields. Secrets never come here: adapters keep them to themselves. */
export interface Log {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Writes JSON lines to standard output, as CloudWatch Logs Insights reads them. */
export function createLog(serviceName: string): Log {
  const logger = new Logger({ serviceName });
  return {
    info: (event, fields = {}) => logger.info(event, { ...fields }),
    warn: (event, fields = {}) => logger.warn(event, { ...fields }),
    error: (event, fields = {}) => logger.error(event, { ...fields }),
  };
}
