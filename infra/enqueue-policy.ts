import { AnyPrincipal, ArnPrincipal, Effect, type IGrantable, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { isPrincipalArn } from '../functions/domain/config/stack-schema.ts';

/** Who may send, to be added to. */
export interface Admission {
  /** @param arn of a role or user */
  admit(arn: string): void;
}

/**
 * A role that may enqueue may spend money. Within an account, a role's own `sqs:*` is enough to send, so sending is denied to
 * all others; a deny overrides every allow. Only sending is denied. Services of AWS have no principal ARN: they need an
 * allow statement for their topic or rule.
 */
export function admitOnly(queue: Queue, roles: readonly IRole[], enqueuers: readonly string[]): Admission {
  const senders = [...roles.map(({ roleArn }) => roleArn), ...enqueuers];
  const sending = { actions: ['sqs:SendMessage'], resources: [queue.queueArn] };
  const allow = new PolicyStatement({
    ...sending,
    sid: 'Senders',
    principals: senders.map((arn) => new ArnPrincipal(arn)),
  });
  const deny = new PolicyStatement({
    ...sending,
    sid: 'NobodyElse',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    conditions: {
      ArnNotEquals: { 'aws:PrincipalArn': senders },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    },
  });
  for (const statement of [allow, deny]) queue.addToResourcePolicy(statement);
  return {
    admit(arn) {
      senders.push(arn);
      allow.addPrincipals(new ArnPrincipal(arn));
      deny.addCondition('ArnNotEquals', { 'aws:PrincipalArn': senders });
    },
  };
}

/** @throws Error for what is neither one role nor one user: an account would let everybody in it spend */
export function arnOf({ grantPrincipal }: IGrantable): string {
  for (const name of ['roleArn', 'userArn', 'arn']) {
    const arn: unknown = Reflect.get(grantPrincipal, name);
    // Another ArnPrincipal may be an account or `*`.
    if (typeof arn === 'string' && (name !== 'arn' || isPrincipalArn(arn))) return arn;
  }
  throw new Error(`grantEnqueue takes a role, a user, or what runs as one, and not ${grantPrincipal.constructor.name}`);
}
