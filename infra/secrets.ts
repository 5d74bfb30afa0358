import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** What the functions need and the code must not hold. Each is named by its ARN. */
export class Secrets extends Construct {
  /** Access key of a RAM user that may buy: ScaleOutCluster, and the Describe calls. */
  readonly ackCredentials: string;
  /** Access key of a RAM user with Describe rights only. */
  readonly ackReadCredentials: string;
  /** The password that new nodes get. No purchase can be made without it. */
  readonly nodeLogin: string;
  /** What senders of alerts show to the webhook. */
  readonly webhookTokens: string;

  constructor(scope: Construct, id: string, key: IKey | undefined) {
    super(scope, id);
    const empty = (name: string, description: string) => emptySecret(this, name, description, key);
    const accessKey = '{"accessKeyId": "...", "accessKeySecret": "..."}';
    this.ackCredentials = empty('AckCredentials', `Alibaba Cloud RAM key that may buy nodes: ${accessKey}`);
    this.ackReadCredentials = empty('AckReadCredentials', `Alibaba Cloud RAM key to read: ${accessKey}`);
    this.nodeLogin = empty('NodeLogin', 'Login password of new nodes: {"password": "..."}');
    this.webhookTokens = empty('WebhookTokens', 'Tokens of the webhook: {"tokens": ["new one", "old one"]}');
    const reason =
      'Their other holder, Alibaba Cloud or a sender of alerts, must change with them, so Secrets Manager cannot rotate ' +
      'them alone; functions read a new value in minutes.';
    acknowledge(this, { 'AwsSolutions-SMG4': reason, 'NIST.800.53.R5-SecretsManagerRotationEnabled': reason });
  }
}

/**
 * A secret without a value: a person puts that in after the deployment, so it is never part of a template, and a later
 * deployment never overwrites it. The secret outlives the stack, because nobody may have a copy of its value; but not a
 * first deployment that fails.
 */
function emptySecret(scope: Construct, id: string, description: string, key: IKey | undefined): string {
  const secret = new CfnSecret(scope, id, { description, ...(key && { kmsKeyId: key.keyArn }) });
  secret.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return secret.ref;
}
