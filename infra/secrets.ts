import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** The secrets of the functions, by ARN. */
export class Secrets extends Construct {
  /** Access key of a RAM user that may buy: ScaleOutCluster, and the Describe calls. */
  readonly ackCredentials: string;
  /** Access key of a RAM user with Describe rights only. */
  readonly ackReadCredentials: string;
  /** The password of new nodes. Needed for every purchase. */
  readonly nodeLogin: string;
  /** The tokens of the webhook. */
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
      'Alibaba Cloud or a sender must change them, too, so Secrets Manager cannot rotate them alone. Functions read a new ' +
      'value within minutes.';
    acknowledge(this, { 'AwsSolutions-SMG4': reason, 'NIST.800.53.R5-SecretsManagerRotationEnabled': reason });
  }
}

/**
 * Without a value: `secrets set` writes it, so it is in no template, and no deployment overwrites it. It is kept when the
 * stack is deleted, but not when the first deployment fails.
 */
function emptySecret(scope: Construct, id: string, description: string, key: IKey | undefined): string {
  const secret = new CfnSecret(scope, id, { description, ...(key && { kmsKeyId: key.keyArn }) });
  secret.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return secret.ref;
}
