import { RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { CfnResourcePolicy, CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { StackConfig } from '../functions/domain/config/types.ts';
import { acknowledge } from './acknowledge.ts';
import { allow } from './lambda-function.ts';

/** The secrets of the functions, by ARN. */
export class Secrets extends Construct {
  /** Access key of a RAM user that may buy: ScaleOutCluster, and the Describe calls. */
  readonly ackCredentials: string;
  /** Access key of a RAM user with Describe rights only. */
  readonly ackReadCredentials: string;
  /** The password of new nodes. Needed for every purchase. */
  readonly nodeLogin: string;
  /** The tokens of the webhook, where there is one. */
  readonly webhookTokens?: string;

  private readonly readers = new Map<string, readonly string[]>();

  constructor(scope: Construct, id: string, { webhook }: Pick<StackConfig, 'webhook'>, key: IKey | undefined) {
    super(scope, id);
    const empty = (name: string, description: string) => emptySecret(this, name, description, key);
    const accessKey = '{"accessKeyId": "...", "accessKeySecret": "..."}';
    this.ackCredentials = empty('AckCredentials', `Alibaba Cloud RAM key that may buy nodes: ${accessKey}`);
    this.ackReadCredentials = empty('AckReadCredentials', `Alibaba Cloud RAM key to read: ${accessKey}`);
    this.nodeLogin = empty('NodeLogin', 'Login password of new nodes: {"password": "..."}');
    if (webhook)
      this.webhookTokens = empty(
        'WebhookTokens',
        'Tokens of the webhook: {"tokens": [{"token": "...", "sources": ["arms"], "clusters": ["..."]}]}',
      );
    const reason =
      'Alibaba Cloud or a sender must change them, too, so Secrets Manager cannot rotate them alone. Functions read a new ' +
      'value within minutes.';
    acknowledge(this, { 'AwsSolutions-SMG4': reason, 'NIST.800.53.R5-SecretsManagerRotationEnabled': reason });
  }

  allowReading(lambda: Lambda, secrets: readonly string[]): void {
    if (secrets.length === 0) return;
    allow(lambda, ['secretsmanager:GetSecretValue'], [...secrets]);
    for (const secret of secrets)
      this.readers.set(secret, [...(this.readers.get(secret) ?? []), ...(lambda.role ? [lambda.role.roleArn] : [])]);
  }

  /** After the functions: to be called once. @param operators ARNs, who may read the keys of Alibaba Cloud, and no password */
  refuseOthers(operators: readonly string[]): void {
    const refuse = (policyId: string, secret: string, but: readonly string[]) =>
      refuseReading(this, policyId, secret, [...(this.readers.get(secret) ?? []), ...but]);
    refuse('AckCredentialsPolicy', this.ackCredentials, operators);
    refuse('AckReadCredentialsPolicy', this.ackReadCredentials, operators);
    refuse('NodeLoginPolicy', this.nodeLogin, []);
  }
}

/**
 * Denies reading to all but these principals, also to those whose own policies allow it: within an account a right on `*` is
 * common, and a key that buys spends money. The secret can still be filled, deleted, and given another policy.
 */
function refuseReading(scope: Construct, id: string, secretId: string, readers: readonly string[]): void {
  const statement = new PolicyStatement({
    sid: 'NobodyElseReads',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue'],
    resources: ['*'],
    ...(readers.length > 0 && { conditions: { ArnNotEquals: { 'aws:PrincipalArn': readers } } }),
  });
  new CfnResourcePolicy(scope, id, { secretId, resourcePolicy: new PolicyDocument({ statements: [statement] }) });
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
