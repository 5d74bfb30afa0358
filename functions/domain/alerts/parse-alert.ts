// Parses the body of a message into jobs, or into the reason why it has none. Never throws.
import { isObject, own } from '../record.ts';
import { alertmanager } from './alertmanager.ts';
import { onlyAllowed } from './allowed-clusters.ts';
import { readBody } from './body.ts';
import { cloudmonitor } from './cloudmonitor.ts';
import { cloudwatch } from './cloudwatch.ts';
import { type AlertContext, type Dialect, type ParsedAlert, poison, quoted } from './dialect.ts';
import { excerpt } from './excerpt.ts';
import { manual } from './manual.ts';
import { isConfigured, unknownCluster } from './routing.ts';
import { schedule } from './schedule.ts';
import { openEnvelope } from './sns.ts';

/** A new dialect is one file and one name here. The first that recognizes a message parses it. */
const dialects: readonly Dialect[] = [cloudwatch, alertmanager, cloudmonitor, schedule, manual];

const maxListed = 8;

/** @param body of an SQS message, with or without an SNS envelope */
export function parseAlert(body: string, context: AlertContext): ParsedAlert {
  return onlyAllowed(parseBody(body, context), context);
}

function parseBody(body: string, context: AlertContext): ParsedAlert {
  const { config, cluster } = context;
  if (cluster !== undefined && !isConfigured(config, cluster)) return unknownCluster(config, cluster);
  const read = readBody(body);
  if ('kind' in read) return read;
  const envelope = openEnvelope(read.value);
  if (!envelope) return parseValue(read.value, context);
  if ('kind' in envelope) return envelope;
  const inner = readBody(envelope.message, 'the Message in the SNS envelope');
  return 'kind' in inner ? inner : parseValue(inner.value, context);
}

function parseValue(value: unknown, context: AlertContext): ParsedAlert {
  const { source } = context;
  const allowed = dialects.filter(({ sources }) => source === undefined || sources.includes(source));
  const dialect = isObject(value) ? allowed.find((candidate) => candidate.recognizes(value, context)) : undefined;
  if (isObject(value) && dialect) return dialect.parse(value, context);
  const from = source === undefined ? '' : ` from source ${quoted(source)}`;
  const known = allowed.map(({ name }) => name).join(', ') || 'none';
  return poison('unknown-kind', `${whatItIs(value)}; known kinds${from} are: ${known}`);
}

/** Field names without values, which may be secret. */
function whatItIs(value: unknown): string {
  if (!isObject(value)) return 'the message is no JSON object';
  const kind = own(value, 'kind');
  if (typeof kind === 'string') return `kind: ${quoted(kind)} is not known here`;
  const fields = Object.keys(value).slice(0, maxListed);
  return `the message with the fields ${fields.map((name) => excerpt(name, 40)).join(', ') || '(none)'} is no known alert`;
}
