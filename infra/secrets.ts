import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

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

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const accessKey = '{"accessKeyId": "...", "accessKeySecret": "..."}';
    this.ackCredentials = emptySecret(this, 'AckCredentials', `Alibaba Cloud RAM key that may buy nodes: ${accessKey}`);
    this.ackReadCredentials = emptySecret(this, 'AckReadCredentials', `Alibaba Cloud RAM key to read: ${accessKey}`);
    this.nodeLogin = emptySecret(this, 'NodeLogin', 'Login password of new nodes: {"password": "..."}');
    this.webhookTokens = emptySecret(
      this,
      'WebhookTokens',
      'Tokens of the webhook: {"tokens": ["new one", "old one"]}',
    );
  }
}

/**
 * A secret without a value: a person puts that in after the deployment, so it is never part of a template, and a later
 * deployment never overwrites it. The secret outlives the stack, because nobody may have a copy of its value.
 */
function emptySecret(scope: Construct, id: string, description: string): string {
  const secret = new CfnSecret(scope, id, { description });
  secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'Its other holder, Alibaba Cloud or a sender of alerts, must change with it, so Secrets Manager cannot rotate it ' +
      'alone; functions read a new value in minutes.',
  });
  return secret.ref;
}
