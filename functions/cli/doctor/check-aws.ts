// Looks at the parts in the AWS account, or their stand-ins. It only reads.
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings, connectJobIndex, connectLedger, connectSecrets } from '../target/connect.ts';
import { isSecretName, type SecretName, secretNames, secretRemedy } from '../target/secret-names.ts';
import { checked } from '../target/secret-values.ts';
import { required, type Target } from '../target/target.ts';
import { describeError } from '../terminal/errors.ts';
import { examine, type Finding, fail, ok, warn } from './findings.ts';

export function examineAws(target: Target, clusters: readonly string[]): readonly Promise<Finding>[] {
  return [
    examineQueue(target),
    examineDeadLetters(target),
    examineTable(target),
    examineIndex(target, clusters),
    ...secretsOf(target),
  ];
}

function examineQueue(target: Target): Promise<Finding> {
  const look = async () => ok((await countMessages(target, 'queueUrl')).says);
  return examine('queue', look, allow('sqs:GetQueueAttributes'));
}

function examineDeadLetters(target: Target): Promise<Finding> {
  const look = async () => {
    const { waiting, says } = await countMessages(target, 'deadLetterQueueUrl');
    return waiting === 0 ? ok('none') : warn(says, `npx scale-out dlq list${target.flags}`);
  };
  return examine('dead letters', look, allow('sqs:GetQueueAttributes'));
}

async function countMessages(target: Target, part: 'queueUrl' | 'deadLetterQueueUrl') {
  const QueueUrl = required(target, part);
  const { Attributes = {} } = await new SQSClient(clientSettings(target, 'sqs')).send(
    new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  const waiting = Number(Attributes['ApproximateNumberOfMessages'] ?? 0);
  const [inWork, delayed] = [
    Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0,
    Attributes['ApproximateNumberOfMessagesDelayed'] ?? 0,
  ];
  return { waiting, says: `about ${waiting} waiting, ${inWork} in work, ${delayed} delayed` };
}

function examineTable(target: Target): Promise<Finding> {
  const look = async () => {
    // A job that nobody has: what is asked is whether the table can be read.
    await connectLedger(target).readJobs(['doctor']);
    return ok(required(target, 'tableName'));
  };
  return examine('table', look, allow('dynamodb:BatchGetItem, dynamodb:GetItem'));
}

function examineIndex(target: Target, clusters: readonly string[]): Promise<Finding> {
  const look = async () => {
    const last = await connectJobIndex(target).newest({ clusters: [clusters[0] ?? 'none'] });
    return ok(last ? 'jobs can be listed' : 'jobs can be listed; there are none yet');
  };
  return examine('index', look, allow('dynamodb:Query on the index of the table'));
}

function secretsOf(target: Target): readonly Promise<Finding>[] {
  const names = Object.keys(secretNames).filter(isSecretName);
  return names.map(async (name): Promise<Finding> => {
    const finding = await examineSecret(name, target);
    // Who has no senders of webhooks needs no tokens.
    return name === 'webhook' && finding.status === 'fail' ? { ...finding, status: 'warn' } : finding;
  });
}

function examineSecret(name: SecretName, target: Target): Promise<Finding> {
  const SecretId = target.secretIds[name];
  const look = async () => {
    if (SecretId === undefined) return fail('nothing says which it is', secretRemedy(name));
    const { SecretString = '' } = await connectSecrets(target).send(new GetSecretValueCommand({ SecretId }));
    checked(name, parsed(SecretString));
    return ok(`${secretNames[name].what}, in the right form`);
  };
  return examine(`secret ${name}`, look, (error) => {
    if (isDenied(error)) return `allow secretsmanager:GetSecretValue on ${SecretId}`;
    if (isUnreachable(error)) return 'reach Secrets Manager from here: nothing is known of the secret';
    return `npx scale-out secrets set ${name}${target.flags}`;
  });
}

/** The parser's own message would quote the secret. */
function parsed(text: string): object {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

const isUnreachable = (error: unknown): boolean => /ECONNREFUSED|ENOTFOUND|TimeoutError/.test(describeError(error));

const isDenied = (error: unknown): boolean => error instanceof Error && /AccessDenied/.test(error.name);

const allow =
  (actions: string) =>
  (error: unknown): string =>
    isDenied(error) ? `allow ${actions}` : 'check the name, --region and --profile; is it deployed?';
