// Reads the parts in the AWS account, or their stand-ins.
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { Evaluation } from '../../adapters/cloudwatch/evaluation.ts';
import { ExchangeError } from '../../adapters/keyless/exchange-error.ts';
import { metricNamespace } from '../../domain/metrics.ts';
import { parseJson } from '../../domain/record.ts';
import {
  connectAlarms,
  connectJobIndex,
  connectLedger,
  connectRole,
  connectSecrets,
  connectWaits,
  roleFor,
} from '../target/connect.ts';
import { countMessages, type MessageCounts } from '../target/count-messages.ts';
import { isSecretName, type SecretName, secretNames, secretRemedy } from '../target/secret-names.ts';
import { checked } from '../target/secret-values.ts';
import { required, secretFlags, type Target } from '../target/target.ts';
import { describeError } from '../terminal/errors.ts';
import { type Finding, fail, ok, runCheck, warn } from './findings.ts';

export function checkAws(target: Target, clusters: readonly string[]): readonly Promise<Finding>[] {
  return [
    checkQueue(target),
    checkDeadLetters(target),
    checkTable(target),
    checkNotes(target),
    checkIndex(target, clusters),
    ...alarmsOf(target),
    ...rolesOf(target),
    ...secretsOf(target),
  ];
}

function checkQueue(target: Target): Promise<Finding> {
  const check = async () => ok(inWords(await countMessages(target, required(target, 'queueUrl'))));
  return runCheck('queue', check, allow('sqs:GetQueueAttributes'));
}

function checkDeadLetters(target: Target): Promise<Finding> {
  const check = async () => {
    const counted = await countMessages(target, required(target, 'deadLetterQueueUrl'));
    return counted.waiting === 0 ? ok('none') : warn(inWords(counted), `npx scale-out dlq list${target.flags}`);
  };
  return runCheck('dead letters', check, allow('sqs:GetQueueAttributes'));
}

const inWords = ({ waiting, inWork, delayed }: MessageCounts): string =>
  `about ${waiting} waiting, ${inWork} in work, ${delayed} delayed`;

function checkTable(target: Target): Promise<Finding> {
  const check = async () => {
    // The key of no job: only the right to read is checked.
    await connectLedger(target).readJobs(['doctor']);
    return ok(required(target, 'tableName'));
  };
  return runCheck('table', check, allow('dynamodb:BatchGetItem, dynamodb:GetItem'));
}

function checkNotes(target: Target): Promise<Finding> {
  const check = async () => {
    const { notesTableName } = target;
    if (notesTableName === undefined)
      return warn('their table is not known', 'set NOTES_TABLE_NAME, or deploy the stack again');
    await connectWaits(target, Date.now).read(['doctor']);
    return ok(notesTableName);
  };
  return runCheck('notes', check, allow('dynamodb:BatchGetItem'));
}

function checkIndex(target: Target, clusters: readonly string[]): Promise<Finding> {
  const check = async () => {
    const last = await connectJobIndex(target, Date.now).newest({ clusters: [clusters[0] ?? 'none'] });
    return ok(last ? 'jobs can be listed' : 'jobs can be listed; there are none yet');
  };
  return runCheck('index', check, allow('dynamodb:Query on the indexes of both tables'));
}

/** Of a metric that needs not exist: only the right to read is checked. */
const anyMetric: Evaluation = {
  queries: [
    {
      Id: 'any',
      MetricStat: { Metric: { Namespace: metricNamespace, MetricName: 'SlotAge' }, Period: 60, Stat: 'Maximum' },
    },
  ],
  ...{ period: 60, evaluationPeriods: 1, datapointsToAlarm: 1, operator: 'GreaterThanThreshold', threshold: 0 },
};

/** What is read of an alarm before its job that waited is decided. The functions have rights of their own, which the stack gives them. */
function alarmsOf(target: Target): readonly Promise<Finding>[] {
  const alarms = connectAlarms(target);
  const describe = async () => ok(`${(await alarms.inAlarm()).length} in ALARM`);
  const mute = async () => {
    // The name of no alarm, which is answered after the right is checked.
    await alarms.mutedBy('doctor').catch((error: unknown) => {
      if (!(error instanceof Error && /NotFound/.test(error.name))) throw error;
    });
    return ok('can be listed');
  };
  const measure = async () => {
    await alarms.measure(anyMetric, Date.now());
    return ok('can be read');
  };
  return [
    runCheck('alarms', describe, allow('cloudwatch:DescribeAlarms on *')),
    runCheck('mute rules', mute, allow('cloudwatch:ListAlarmMuteRules on *')),
    // Without it, the value with which an alarm went off counts.
    runCheck('metrics', measure, allow('cloudwatch:GetMetricData on *')).then(
      (finding): Finding => (finding.status === 'fail' ? { ...finding, status: 'warn' } : finding),
    ),
  ];
}

/** The exchange for the credentials of each role, in the place of the two keys. */
function rolesOf(target: Target): readonly Promise<Finding>[] {
  const { alibaba } = target;
  if (!alibaba) return [];
  return (['ack', 'ack-read'] as const).map((key) => {
    const check = async () => {
      try {
        await connectRole(target, alibaba, key).get();
        return ok(`${alibaba[roleFor[key]]} is assumed with a token of AWS`);
      } catch (error) {
        if (error instanceof ExchangeError) return fail(error.says, error.remedy);
        throw error;
      }
    };
    return runCheck(`role ${key}`, check, () => 'check stack.alibaba in the config');
  });
}

function secretsOf(target: Target): readonly Promise<Finding>[] {
  const isStored = (name: SecretName) => !target.alibaba || !Object.hasOwn(roleFor, name);
  const names = Object.keys(secretNames).filter(isSecretName).filter(isStored);
  return names.map(async (name): Promise<Finding> => {
    const finding = await checkSecret(name, target);
    // Without webhook senders no token is needed.
    return name === 'webhook' && finding.status === 'fail' ? { ...finding, status: 'warn' } : finding;
  });
}

function checkSecret(name: SecretName, target: Target): Promise<Finding> {
  const SecretId = target.secretIds[name];
  const check = async () => {
    if (SecretId === undefined) return fail('its id is not known', secretRemedy(name));
    const { SecretString = '' } = await connectSecrets(target).send(new GetSecretValueCommand({ SecretId }));
    checked(name, Object(parseJson(SecretString)));
    return ok(`${secretNames[name].what}, in the right form`);
  };
  const checkOrTell = () =>
    check().catch((error: unknown) => {
      if (name !== 'login' || !isDenied(error)) throw error;
      return warn(
        'only the functions may read it, so its form is not known',
        'secrets set checks it when it is stored',
      );
    });
  return runCheck(`secret ${name}`, checkOrTell, (error) => {
    if (isDenied(error))
      return `allow secretsmanager:GetSecretValue on ${SecretId}, and add the ARN of this role to stack.operators in the config`;
    if (isUnreachable(error)) return 'make Secrets Manager reachable from here';
    return `npx scale-out secrets set ${name}${secretFlags(target)}`;
  });
}

const isUnreachable = (error: unknown): boolean => /ECONNREFUSED|ENOTFOUND|TimeoutError/.test(describeError(error));

const isDenied = (error: unknown): boolean => error instanceof Error && /AccessDenied/.test(error.name);

const allow =
  (actions: string) =>
  (error: unknown): string =>
    isDenied(error) ? `allow ${actions}` : 'check the name, --region and --profile; is it deployed?';
