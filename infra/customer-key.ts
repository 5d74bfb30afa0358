import { ArnFormat, Stack } from 'aws-cdk-lib';
import { ArnPrincipal, PolicyStatement, type PolicyStatementProps, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StackConfig } from '../functions/domain/config/types.ts';
import { acknowledge } from './acknowledge.ts';
import { alarmAccounts } from './topics.ts';

/** To send to an encrypted queue or topic. Receiving, and reading a secret or a stream, needs a part of it. */
export const messageKeyActions = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** To read and write an encrypted table, in addition. */
export const tableKeyActions = ['kms:DescribeKey', 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/**
 * One key for all stored data, where the config asks for it. It outlives the stack, like the ledger. Functions and schedules
 * get their rights in their own roles; the key's policy is for administrators, services of AWS and the enqueuers. The key
 * alone gives no access to a queue, topic, table or secret.
 */
export function createCustomerKey(scope: Construct, id: string, config: StackConfig): Key | undefined {
  if (!config.customerKey) {
    const reason = 'Encrypted with keys of AWS; stack.customerKey in the config chooses one of the account itself.';
    acknowledge(scope, {
      'NIST.800.53.R5-CloudWatchLogGroupEncrypted': reason,
      'NIST.800.53.R5-SecretsManagerUsingKMSKey': reason,
      'NIST.800.53.R5-SNSEncryptedKMS': reason,
    });
    return undefined;
  }
  const key = new Key(scope, id, { description: 'Queues, topics, tables, secrets and logs', enableKeyRotation: true });
  for (const use of [...usesOfServices(scope, config), ...usesOfEnqueuers(config)])
    key.addToResourcePolicy(new PolicyStatement({ ...use, resources: ['*'] }));
  return key;
}

/** By the stack's name, which begins the names of topics and log groups: they refer to the key, so it cannot refer to them. */
function usesOfServices(scope: Construct, config: StackConfig): PolicyStatementProps[] {
  const { region, stackName, urlSuffix } = Stack.of(scope);
  const ofThisStack = (service: string, resource: string) =>
    Stack.of(scope).formatArn({ service, resource, arnFormat: ArnFormat.NO_RESOURCE_NAME }).concat(`${stackName}-*`);
  return [
    {
      sid: 'Alarms',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: messageKeyActions,
      conditions: { StringEquals: { 'aws:SourceAccount': alarmAccounts(scope, config.alarmAccounts) } },
    },
    {
      // As EventBridge documents it, without a condition: it names no account and no rule for every target. The policies of the
      // queues name the rule.
      sid: 'Rules',
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: messageKeyActions,
    },
    {
      sid: 'TopicsOfThisStack',
      principals: [new ServicePrincipal('sns.amazonaws.com')],
      actions: messageKeyActions,
      conditions: { ArnLike: { 'aws:SourceArn': ofThisStack('sns', '') } },
    },
    {
      sid: 'LogsOfThisStack',
      principals: [new ServicePrincipal(`logs.${region}.${urlSuffix}`)],
      // As CloudWatch Logs documents them.
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': ofThisStack('logs', 'log-group:') } },
    },
  ];
}

/** To put messages on the encrypted queue. @param arn of a role or user */
export function allowKeyUse(key: Key, arn: string): void {
  key.addToResourcePolicy(
    new PolicyStatement({ principals: [new ArnPrincipal(arn)], actions: messageKeyActions, resources: ['*'] }),
  );
}

function usesOfEnqueuers({ enqueuers }: StackConfig): PolicyStatementProps[] {
  if (enqueuers.length === 0) return [];
  const principals = enqueuers.map((arn) => new ArnPrincipal(arn));
  return [{ sid: 'Enqueuers', principals, actions: messageKeyActions }];
}
