// Where a command works. Queue and ledger always come from the same place.
import type { AwsHome } from '../../domain/alerts/alarm-origin.ts';
import type { AlibabaRoles } from '../../domain/config/types.ts';
import { UsageError } from '../terminal/errors.ts';
import { shellWord } from '../terminal/shell.ts';
import type { EngineInfo } from './local-engine.ts';
import { type SecretIds, secretIdsFrom } from './secret-names.ts';

/** Absent options are left to the SDK. */
export interface AwsOptions {
  readonly profile?: string;
  readonly region?: string;
}

export interface TargetOptions extends AwsOptions {
  readonly queueUrl?: string;
  readonly table?: string;
  readonly stack?: string;
}

export interface Target {
  /** Such as `the local engine (process 4711)`. */
  readonly name: string;
  /** The options of the same target, to append to a suggested command. */
  readonly flags: string;
  readonly aws: AwsOptions;
  /** Present when it is a deployed stack. */
  readonly stack?: string;
  /** The logical id of the resource that keeps the config. Absent where the stack is of an earlier version. */
  readonly configResource?: string | undefined;
  /** Present when it is the local engine. */
  readonly engine?: EngineInfo;
  readonly queueUrl?: string | undefined;
  readonly deadLetterQueueUrl?: string | undefined;
  /** What could not be put on the alert queue. Only a deployed stack has it. */
  readonly undeliveredQueueUrl?: string | undefined;
  readonly tableName?: string | undefined;
  /** Absent where it is of an earlier version. */
  readonly notesTableName?: string | undefined;
  readonly secretIds: SecretIds;
  /** Present where RAM roles are assumed, in the place of the keys `ack` and `ack-read`. */
  readonly alibaba?: AlibabaRoles | undefined;
  /** Absent for the STS of Alibaba Cloud itself. */
  readonly alibabaStsEndpoint?: string | undefined;
  /** Absent for Alibaba Cloud itself. */
  readonly ackEndpoint?: string | undefined;
}

export type StackOutputs = Readonly<Record<string, string>>;

export interface TargetDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly findEngine: () => EngineInfo | undefined;
  /** @throws UsageError when there is no such stack */
  readonly readStack: (stack: string, aws: AwsOptions) => Promise<StackOutputs>;
}

/** First --stack, then flags with their environment variables, then the local engine. @throws UsageError without any */
export async function findTarget(options: TargetOptions, deps: TargetDeps): Promise<Target> {
  if (options.stack !== undefined) return stackTarget(options.stack, options, deps);
  const given = givenTarget(options, deps.env);
  if (given) return given;
  const engine = deps.findEngine();
  const only = awsOnly(options);
  if (engine && only === undefined) return engineTarget(engine);
  const start = engine ? 'leave it out to use the local engine' : 'start the local engine with npm start';
  throw new UsageError(
    `${only ?? 'target'}: ${only ? 'it names no queue and no table' : 'missing'}; give --stack NAME, or --queue-url and --table, or set QUEUE_URL and TABLE_NAME, or ${start}`,
  );
}

const parts = {
  queueUrl: { what: 'the queue', output: 'QueueUrl', remedy: '--queue-url or QUEUE_URL' },
  deadLetterQueueUrl: {
    what: 'the dead-letter queue',
    output: 'DeadLetterQueueUrl',
    remedy: 'DEAD_LETTER_QUEUE_URL',
  },
  tableName: { what: 'the table', output: 'TableName', remedy: '--table or TABLE_NAME' },
} as const;

/** Where a stack and the environment have the ARNs. */
const alibabaNames = {
  oidcProviderArn: { output: 'AlibabaOidcProviderArn', variable: 'ALIBABA_OIDC_PROVIDER_ARN' },
  buyerRoleArn: { output: 'AlibabaBuyerRoleArn', variable: 'ALIBABA_BUYER_ROLE_ARN' },
  readerRoleArn: { output: 'AlibabaReaderRoleArn', variable: 'ALIBABA_READER_ROLE_ARN' },
} as const;

function alibabaFrom(
  given: Readonly<Record<string, string | undefined>>,
  source: 'output' | 'variable',
): AlibabaRoles | undefined {
  const of = (field: keyof AlibabaRoles) => given[alibabaNames[field][source]] || undefined;
  const [oidcProviderArn, buyerRoleArn, readerRoleArn] = [
    of('oidcProviderArn'),
    of('buyerRoleArn'),
    of('readerRoleArn'),
  ];
  return oidcProviderArn && buyerRoleArn && readerRoleArn
    ? { oidcProviderArn, buyerRoleArn, readerRoleArn }
    : undefined;
}

export type TargetPart = keyof typeof parts;

export function required(target: Target, part: TargetPart): string {
  const value = target[part];
  if (value) return value;
  throw new UsageError(
    `${parts[part].what}: missing, and ${target.name} does not name it; give ${parts[part].remedy} as well, or --stack NAME alone`,
  );
}

async function stackTarget(stack: string, options: TargetOptions, { readStack }: TargetDeps): Promise<Target> {
  const other = options.queueUrl === undefined ? '--table' : '--queue-url';
  if (options.queueUrl !== undefined || options.table !== undefined)
    throw new UsageError(`--stack: ${stack} cannot be combined with ${other}; give one of them`);
  const aws = awsOf(options);
  const outputs = await readStack(stack, aws);
  const missing = Object.values(parts).filter(({ output }) => !outputs[output]);
  if (missing.length > 0)
    throw new UsageError(
      `--stack: ${stack} has no output ${missing.map(({ output }) => output).join(', ')}; name the stack of npx cdk deploy`,
    );
  return {
    name: `the stack ${stack}`,
    stack,
    configResource: outputs['ConfigResource'],
    flags: flagsOf({ stack, ...aws }),
    aws,
    queueUrl: outputs[parts.queueUrl.output],
    deadLetterQueueUrl: outputs[parts.deadLetterQueueUrl.output],
    undeliveredQueueUrl: outputs['UndeliveredQueueUrl'],
    tableName: outputs[parts.tableName.output],
    notesTableName: outputs['NotesTableName'],
    secretIds: secretIdsFrom(outputs, 'output'),
    alibaba: alibabaFrom(outputs, 'output'),
  };
}

function givenTarget(options: TargetOptions, env: TargetDeps['env']): Target | undefined {
  const queueUrl = options.queueUrl ?? (env['QUEUE_URL'] || undefined);
  const tableName = options.table ?? (env['TABLE_NAME'] || undefined);
  if (queueUrl === undefined && tableName === undefined) return undefined;
  const queueFrom = options.queueUrl === undefined ? 'QUEUE_URL' : '--queue-url';
  const deadLetterQueueUrl = env['DEAD_LETTER_QUEUE_URL'] || undefined;
  for (const [from, url] of [
    [queueFrom, queueUrl],
    ['DEAD_LETTER_QUEUE_URL', deadLetterQueueUrl],
  ])
    if (url !== undefined && !URL.canParse(url))
      throw new UsageError(`${from}: ${JSON.stringify(url)} is no URL; use the URL of the queue, not its name`);
  const sources = [
    ...(queueUrl === undefined ? [] : [`${queueFrom} ${queueUrl}`]),
    ...(tableName === undefined ? [] : [`${options.table === undefined ? 'TABLE_NAME' : '--table'} ${tableName}`]),
  ];
  return {
    name: sources.join(' and '),
    flags: flagsOf(options),
    aws: awsOf(options),
    queueUrl,
    deadLetterQueueUrl,
    tableName,
    notesTableName: env['NOTES_TABLE_NAME'] || undefined,
    secretIds: secretIdsFrom(env, 'variable'),
    alibaba: alibabaFrom(env, 'variable'),
    alibabaStsEndpoint: env['ALIBABA_STS_ENDPOINT'] || undefined,
    ackEndpoint: env['ACK_ENDPOINT'] || undefined,
  };
}

function engineTarget(engine: EngineInfo): Target {
  const { queueUrl, deadLetterQueueUrl, tableName, notesTableName, region } = engine;
  return {
    name: `the local engine (process ${engine.pid})`,
    flags: '',
    aws: { region },
    engine,
    queueUrl,
    deadLetterQueueUrl,
    tableName,
    notesTableName,
    secretIds: engine.secretIds,
    alibaba: engine.alibaba,
    alibabaStsEndpoint: engine.endpoints.alibabaSts,
    ackEndpoint: engine.endpoints.ack,
  };
}

/** For `secrets set`, which wants the engine to be named. */
export const secretFlags = ({ engine, flags }: Pick<Target, 'engine' | 'flags'>): string =>
  engine ? ' --local' : flags;

/** Where the queue is, by its URL: https://sqs.REGION.amazonaws.com/ACCOUNT/NAME. undefined for another form. */
export function homeOfTarget({ queueUrl = '', engine }: Target): AwsHome | undefined {
  const [, hostRegion, account] =
    /^https?:\/\/(?:sqs\.([a-z0-9-]+)\.amazonaws\.com[^/]*|[^/]+)\/(\d{12})\//.exec(queueUrl) ?? [];
  const region = engine?.region ?? hostRegion;
  return account === undefined || region === undefined ? undefined : { account, region };
}

function awsOf({ profile, region }: TargetOptions): AwsOptions {
  return { ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) };
}

/** The local engine has neither profile nor region. */
function awsOnly({ profile, region }: TargetOptions): string | undefined {
  if (profile !== undefined) return '--profile';
  return region === undefined ? undefined : '--region';
}

/** The options of a target as arguments of a command. */
export const targetArgs = ({ stack, queueUrl, table, profile, region }: TargetOptions): readonly string[] =>
  Object.entries({ stack, 'queue-url': queueUrl, table, profile, region }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );

/** The same as text, with a space before each. */
export const flagsOf = (options: TargetOptions): string =>
  targetArgs(options)
    .map((word) => ` ${shellWord(word)}`)
    .join('');
