// The AWS stack in the config: who may enqueue and read keys, whose alarms count, the webhook, and the encryption key.
import * as z from 'zod/mini';
import { defaults } from './defaults.ts';
import { text, wholeNumber, yesOrNo } from './fields.ts';

/** Policies of queues and secrets have a limited size, and name each ARN twice. */
const mostPrincipals = 20;

/** A role by its own ARN with its path, not a session. A policy allows no wildcards in a principal. */
const principal = /^arn:aws(-[a-z]+)*:iam::\d{12}:(role|user)\/[\w+=,.@/-]{1,512}$/;
export const isPrincipalArn = (arn: string): boolean => principal.test(arn);
const principalAllowed =
  'use the ARN of an IAM role (not of a session of it) or user, without *, such as arn:aws:iam::123456789012:role/on-call';
const listAllowed = `list at most ${mostPrincipals} ARNs of IAM roles and users`;

const listOf = (max: number, list: string, pattern: RegExp, one: string) =>
  z.array(text(one, pattern), list).check(z.maxLength(max, list), ({ value, issues }) => {
    for (const [i, given] of value.entries())
      if (value.indexOf(given) < i) issues.push({ code: 'custom', input: given, path: [i], message: 'list it once' });
  });

const principals = listOf(mostPrincipals, listAllowed, principal, principalAllowed);

/** A pattern of EventBridge has a limited size. */
const mostAccounts = 20;
const accounts = listOf(
  mostAccounts,
  `list at most ${mostAccounts} ids of AWS accounts`,
  /^\d{12}$/,
  'use the id of an AWS account, 12 digits in quotes',
);

const roleAllowed = 'use the ARN of a RAM role, such as acs:ram::1234567890123456:role/edge-buyer';
const ramRole = text(roleAllowed, /^acs:ram::\d{16}:role\/[\w.-]{1,64}$/);

const alibabaRoles = z
  .strictObject(
    {
      oidcProviderArn: text(
        'use the ARN of an OIDC provider of RAM, such as acs:ram::1234567890123456:oidc-provider/aws',
        /^acs:ram::\d{16}:oidc-provider\/[\w.-]{1,128}$/,
      ),
      buyerRoleArn: ramRole,
      readerRoleArn: ramRole,
    },
    'use oidcProviderArn, buyerRoleArn and readerRoleArn',
  )
  .check(({ value: { oidcProviderArn, buyerRoleArn, readerRoleArn }, issues }) => {
    const wrong = (field: string, input: string, message: string) =>
      issues.push({ code: 'custom', input, path: [field], message });
    const account = accountOf(oidcProviderArn);
    for (const [field, arn] of Object.entries({ buyerRoleArn, readerRoleArn })) {
      const its = accountOf(arn);
      if (account !== undefined && its !== undefined && its !== account)
        wrong(field, arn, `use a role of the account of oidcProviderArn, ${account}`);
    }
    if (readerRoleArn === buyerRoleArn)
      wrong(
        'readerRoleArn',
        readerRoleArn,
        'use another role than buyerRoleArn: what only reads must not be able to buy',
      );
  });

/** undefined for an ARN of another form, which has its own problem. */
const accountOf = (arn: string): string | undefined => /^acs:ram::(\d{16}):/.exec(arn)?.[1];

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
      customerKey: yesOrNo(defaults.stack.customerKey),
      enqueuers: z._default(principals, [...defaults.stack.enqueuers]),
      operators: z._default(principals, [...defaults.stack.operators]),
      webhook: yesOrNo(defaults.stack.webhook),
      webhookConcurrency: z.exactOptional(wholeNumber(1, 1000, 'concurrent executions')),
      alarmAccounts: z._default(accounts, [...defaults.stack.alarmAccounts]),
      runbook: z.exactOptional(
        z.string().check(z.regex(/^https:\/\/[^\s()]+$/, 'use an https URL of infra/RUNBOOK.md, without brackets')),
      ),
      alibaba: z.exactOptional(alibabaRoles),
    },
    'use an object, such as { customerKey: true }',
  ),
  {},
);
