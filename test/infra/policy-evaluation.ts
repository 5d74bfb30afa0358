// What a policy comes to for one request, as IAM decides it within an account: a refusal wins, and otherwise either the
// resource's policy or the caller's own must allow. Knows the operators that the stack uses, and throws for any other.
import * as z from 'zod/mini';
import type { Statement } from './synthesized.ts';

export interface Caller {
  /** The service principal, for AWS services. */
  readonly service?: string;
  /** The ARN of the role or user; absent for services and for requests without a signature. */
  readonly arn?: string;
  /** Whether the caller's own policies allow the action. */
  readonly allowed?: boolean;
  /** What else the request carries, such as aws:SourceArn. */
  readonly context?: Readonly<Record<string, string>>;
}

const principalSchema = z.union([
  z.string(),
  z.strictObject({ AWS: z.union([z.string(), z.array(z.string())]) }),
  z.strictObject({ Service: z.union([z.string(), z.array(z.string())]) }),
]);
const conditionSchema = z.optional(
  z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]))),
);

/** Whether a caller may take an action on whatever the policy is of. */
export function admits(policy: readonly Statement[], action: string, caller: Caller): boolean {
  const applying = policy.filter(
    (statement) =>
      statement.Action.some((pattern) => like(pattern, action)) &&
      isPrincipal(statement.Principal, caller) &&
      holds(statement.Condition, contextOf(caller)),
  );
  if (applying.some(({ Effect }) => Effect === 'Deny')) return false;
  return caller.allowed === true || applying.some(({ Effect }) => Effect === 'Allow');
}

function contextOf({ service, arn, context }: Caller): Readonly<Record<string, string>> {
  return {
    'aws:SecureTransport': 'true',
    ...(service && { 'aws:PrincipalIsAWSService': 'true' }),
    ...(arn && { 'aws:PrincipalIsAWSService': 'false', 'aws:PrincipalArn': arn }),
    ...context,
  };
}

function isPrincipal(principal: unknown, { service, arn }: Caller): boolean {
  const parsed = principalSchema.parse(principal);
  if (typeof parsed === 'string') return parsed === '*';
  if ('Service' in parsed) return service !== undefined && [parsed.Service].flat().includes(service);
  const named = [parsed.AWS].flat();
  return named.includes('*') || (arn !== undefined && named.includes(arn));
}

function holds(condition: unknown, context: Readonly<Record<string, string>>): boolean {
  return Object.entries(conditionSchema.parse(condition) ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => operatorHolds(operator, [values].flat().map(String), context[key])),
  );
}

function operatorHolds(operator: string, values: readonly string[], is: string | undefined): boolean {
  switch (operator) {
    case 'Bool':
    case 'StringEquals':
      return is !== undefined && values.includes(is);
    case 'ForAllValues:StringEquals':
      return is === undefined || values.includes(is);
    case 'Null':
      return values.includes(String(is === undefined));
    case 'NumericLessThanEquals':
      return is !== undefined && values.some((value) => Number(is) <= Number(value));
    case 'BoolIfExists':
      return is === undefined || values.includes(is);
    case 'ArnEquals':
    case 'ArnLike':
      return is !== undefined && values.some((value) => like(value, is));
    case 'ArnNotEquals':
      return is === undefined || !values.some((value) => like(value, is));
    default:
      throw new Error(`${operator} is not known here`);
  }
}

function like(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|-]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
