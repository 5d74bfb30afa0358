// The AWS stack in the config: who may enqueue and read keys, whose alarms count, the webhook, and the encryption key.
import * as z from 'zod/mini';
import { defaults } from './defaults.ts';

/** Policies of queues and secrets have a limited size, and name each ARN twice. */
const mostPrincipals = 20;

/** A role by its own ARN with its path, not a session. A policy allows no wildcards in a principal. */
const principal = /^arn:aws(-[a-z]+)*:iam::\d{12}:(role|user)\/[\w+=,.@/-]{1,512}$/;
const principalAllowed =
  'use the ARN of an IAM role (not of a session of it) or user, without *, such as arn:aws:iam::123456789012:role/on-call';
const listAllowed = `list at most ${mostPrincipals} ARNs of IAM roles and users`;

const listOf = (max: number, list: string, pattern: RegExp, one: string) =>
  z.array(z.string(one).check(z.regex(pattern, one)), list).check(z.maxLength(max, list), ({ value, issues }) => {
    for (const [i, text] of value.entries())
      if (value.indexOf(text) < i) issues.push({ code: 'custom', input: text, path: [i], message: 'list it once' });
  });

const enqueuers = listOf(mostPrincipals, listAllowed, principal, principalAllowed);
const operators = listOf(mostPrincipals, listAllowed, principal, principalAllowed);

const concurrencyAllowed = 'use a whole number from 1 to 1000 (concurrent executions)';
const concurrency = z
  .number(concurrencyAllowed)
  .check(z.refine((count) => Number.isInteger(count) && count >= 1 && count <= 1000, concurrencyAllowed));

/** A pattern of EventBridge has a limited size. */
const mostAccounts = 20;
const accounts = listOf(
  mostAccounts,
  `list at most ${mostAccounts} ids of AWS accounts`,
  /^\d{12}$/,
  'use the id of an AWS account, 12 digits in quotes',
);

/** A queue's name has at most 80 characters; infra/alert-queue.ts adds `-alerts`. */
const longestStackName = 80 - '-alerts'.length;

/** CloudFormation begins the names of resources with it. */
export function stackNameProblem(name: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name)) return 'use letters, digits and -, a letter first';
  return name.length > longestStackName
    ? `use at most ${longestStackName} characters: the names of queues begin with it`
    : undefined;
}

export const stackSchema = z.prefault(
  z.strictObject(
    {
      customerKey: z._default(z.boolean('use true or false'), defaults.stack.customerKey),
      enqueuers: z._default(enqueuers, [...defaults.stack.enqueuers]),
      operators: z._default(operators, [...defaults.stack.operators]),
      webhook: z._default(z.boolean('use true or false'), defaults.stack.webhook),
      webhookConcurrency: z.exactOptional(concurrency),
      alarmAccounts: z._default(accounts, [...defaults.stack.alarmAccounts]),
    },
    'use an object, such as { customerKey: true }',
  ),
  {},
);
