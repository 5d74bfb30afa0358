import { AnyPrincipal, ArnPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/**
 * Who may enqueue may spend. An allowance alone would keep nobody out: within an account, a user's or a role's own policy
 * is enough to send, and many have `sqs:*`. So all others are refused, which no allowance overrides. Nothing but sending
 * is refused, to nobody: whoever may change this policy still may.
 *
 * Services of AWS have no ARN of a principal. They have no policies of their own either, and get in only where a
 * statement of the queue names their topic or rule.
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
