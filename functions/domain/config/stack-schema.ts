// The AWS stack in the config: who may enqueue, and the encryption key.
import * as z from 'zod/mini';
import { defaults } from './defaults.ts';

/** A queue policy has a limited size and names each ARN twice. */
const mostEnqueuers = 20;

/** A role by its own ARN with its path, not a session. A policy allows no wildcards in a principal. */
const principal = /^arn:aws(-[a-z]+)*:iam::\d{12}:(role|user)\/[\w+=,.@/-]{1,512}$/;
const principalAllowed =
  'use the ARN of an IAM role (not of a session of it) or user, without *, such as arn:aws:iam::123456789012:role/on-call';
const listAllowed = `list at most ${mostEnqueuers} ARNs of IAM roles and users`;

const enqueuers = z
  .array(z.string(principalAllowed).check(z.regex(principal, principalAllowed)), listAllowed)
  .check(z.maxLength(mostEnqueuers, listAllowed), ({ value, issues }) => {
    for (const [i, arn] of value.entries())
      if (value.indexOf(arn) < i) issues.push({ code: 'custom', input: arn, path: [i], message: 'list it once' });
  });

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
    },
    'use customerKey and enqueuers',
  ),
  {},
);
