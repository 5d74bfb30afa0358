import { expect, test } from '@jest/globals';
import { CommandFailed, describeError, oneLine, UsageError } from '../../../functions/cli/terminal/errors.ts';

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each<[string, unknown, string]>([
  ['wrong usage as it is', new UsageError('--add: 0 is not allowed'), '--add: 0 is not allowed'],
  ['a failure as it is', new CommandFailed('nothing is known of it'), 'nothing is known of it'],
  ['the name of an AWS error', named('AccessDenied', 'no sqs:SendMessage'), 'AccessDenied: no sqs:SendMessage'],
  ['a plain error by its message', new Error('broken'), 'broken'],
  ['what is no error', 'broken', 'broken'],
  [
    'how to give a missing region',
    new Error('Region is missing'),
    'Region is missing; give --region or set AWS_REGION',
  ],
  [
    'how to give credentials',
    named('CredentialsProviderError', 'Could not load credentials from any providers'),
    'CredentialsProviderError: Could not load credentials from any providers; give a --profile of your AWS config that has credentials, or set AWS_PROFILE to one',
  ],
  [
    'how a person may put messages on the queue',
    named('AccessDenied', 'User: ana is not authorized to perform: sqs:sendmessage on resource: alerts'),
    'AccessDenied: User: ana is not authorized to perform: sqs:sendmessage on resource: alerts; add the ' +
      'ARN of this role to stack.enqueuers in the config, and deploy',
  ],
  [
    'each of several causes',
    new AggregateError([new Error('connect ECONNREFUSED ::1:80'), new Error('connect ETIMEDOUT 127.0.0.1:80')]),
    'connect ECONNREFUSED ::1:80, connect ETIMEDOUT 127.0.0.1:80; nothing listens there; does it still run?',
  ],
  ['several causes without any as nameless', new AggregateError([], 'all failed'), 'AggregateError: all failed'],
])('tells %s', (_what, error, expected) => {
  expect(describeError(error)).toBe(expected);
});

test('puts lines into one, and keeps escape sequences from the terminal', () => {
  expect(oneLine(' first\r\n\tsecond\u2028third \u001b[2Jfourth\n')).toBe('first second third [2Jfourth');
});
