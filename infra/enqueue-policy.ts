import { AnyPrincipal, ArnPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/**
 * A role that may enqueue may spend money. Within an account, a role's own `sqs:*` is enough to send, so sending is denied to
 * all others; a deny overrides every allow. Only sending is denied. Services of AWS have no principal ARN: they need an
 * allow statement for their topic or rule.
 */
export function admitOnly(queue: Queue, roles: readonly IRole[], enqueuers: readonly string[]): void {
  const senders = [...roles.map(({ roleArn }) => roleArn), ...enqueuers];
  const sending = { actions: ['sqs:SendMessage'], resources: [queue.queueArn] };
  queue.addToResourcePolicy(
    new PolicyStatement({ ...sending, sid: 'Senders', principals: senders.map((arn) => new ArnPrincipal(arn)) }),
  );
  queue.addToResourcePolicy(
    new PolicyStatement({
      ...sending,
      sid: 'NobodyElse',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      conditions: {
        ArnNotEquals: { 'aws:PrincipalArn': senders },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      },
    }),
  );
}
