import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../functions/domain/config/schema.ts';
import { aPolicy } from '../../support/samples.ts';

const read = (stack: unknown) => readConfig({ clusters: { edge: aPolicy() }, stack });
const problemsOf = (stack: unknown) => {
  const result = read(stack);
  return 'problems' in result ? result.problems : [];
};
const role = 'arn:aws:iam::123456789012:role/on-call';
const remedy =
  'use the ARN of an IAM role (not of a session of it) or user, without *, such as arn:aws:iam::123456789012:role/on-call';

describe('the part of the config about the stack', () => {
  test('may be left out, and then nobody else enqueues and no key is made', () => {
    expect(readConfig({ clusters: { edge: aPolicy() } })).toMatchObject({
      config: { stack: { customerKey: false, enqueuers: [] } },
    });
    expect(read({ customerKey: true })).toMatchObject({ config: { stack: { customerKey: true, enqueuers: [] } } });
  });

  test.each([
    role,
    'arn:aws:iam::123456789012:user/ana',
    'arn:aws:iam::123456789012:user/people/ana@example.com',
    'arn:aws-cn:iam::123456789012:role/on-call',
    'arn:aws-us-gov:iam::123456789012:role/on-call',
    'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_OnCall_0123456789abcdef',
  ])('takes %s', (arn) => {
    expect(read({ enqueuers: [arn] })).toMatchObject({ config: { stack: { enqueuers: [arn] } } });
  });

  test.each([
    ['a wildcard for anybody', '*'],
    ['a wildcard in a name', 'arn:aws:iam::123456789012:role/*'],
    ['a whole account', 'arn:aws:iam::123456789012:root'],
    ['a session of a role', 'arn:aws:sts::123456789012:assumed-role/on-call/ana'],
    ['a group, which is no principal', 'arn:aws:iam::123456789012:group/on-call'],
    ['a service', 'events.amazonaws.com'],
    ['a name alone', 'on-call'],
    ['an account without its zeros', 'arn:aws:iam::12345:role/on-call'],
    ['an ARN with a space behind it', `${role} `],
    ['an ARN with a line break behind it', `${role}\n`],
    ['a number', 7],
  ])('refuses %s', (_what, arn) => {
    expect(problemsOf({ enqueuers: [arn] })).toEqual([
      expect.stringMatching(/^stack\.enqueuers\[0\]: .+ is not allowed; /),
    ]);
    expect(problemsOf({ enqueuers: [arn] })[0]).toContain(`; ${remedy}`);
  });

  test('refuses a principal that is listed twice', () => {
    expect(problemsOf({ enqueuers: [role, 'arn:aws:iam::123456789012:user/ana', role] })).toEqual([
      `stack.enqueuers[2]: ${JSON.stringify(role)} is not allowed; list it once`,
    ]);
  });

  test('refuses more principals than a queue policy has room for', () => {
    const roles = Array.from({ length: 21 }, (_, i) => `${role}-${i}`);
    expect(problemsOf({ enqueuers: roles.slice(1) })).toEqual([]);
    expect(problemsOf({ enqueuers: roles })).toEqual([
      'stack.enqueuers: a list is not allowed; list at most 20 ARNs of IAM roles and users',
    ]);
  });

  test('takes the accounts whose alarms are taken, each once, by their ids', () => {
    expect(read({ alarmAccounts: ['111122223333'] })).toMatchObject({
      config: { stack: { alarmAccounts: ['111122223333'] } },
    });
    const [id, twelve] = ['111122223333', 'use the id of an AWS account, 12 digits in quotes'];
    expect(problemsOf({ alarmAccounts: [id, 111122223333, '1111', '*', `${id}\n`] })).toEqual([
      `stack.alarmAccounts[1]: 111122223333 is not allowed; ${twelve}`,
      `stack.alarmAccounts[2]: "1111" is not allowed; ${twelve}`,
      `stack.alarmAccounts[3]: "*" is not allowed; ${twelve}`,
      `stack.alarmAccounts[4]: "111122223333\\n" is not allowed; ${twelve}`,
    ]);
  });

  test('refuses an account that is listed twice', () => {
    expect(problemsOf({ alarmAccounts: ['111122223333', '111122223333'] })).toEqual([
      'stack.alarmAccounts[1]: "111122223333" is not allowed; list it once',
    ]);
  });

  test('lists every problem at once, beside those of the clusters', () => {
    const { limits } = aPolicy();
    const clusters = { edge: { ...aPolicy(), limits: { ...limits, maxPerDay: 1 } } };
    const result = readConfig({ clusters, stack: { customerKey: 'yes', enqueuers: ['me', role, role], keys: 2 } });
    expect('problems' in result ? result.problems : []).toEqual([
      'stack.customerKey: "yes" is not allowed; use true or false',
      `stack.enqueuers[0]: "me" is not allowed; ${remedy}`,
      `stack.enqueuers[2]: ${JSON.stringify(role)} is not allowed; list it once`,
      'stack.keys: not known; remove it or correct its name',
      'clusters.edge.limits.maxPerPurchase: 5 is above maxPerDay; use at most 1',
    ]);
  });

  test.each([
    ['a list', [], 'a list'],
    ['a word', 'key', '"key"'],
    ['null', null, 'null'],
  ])('refuses %s in its place', (_what, stack, shown) => {
    expect(problemsOf(stack)).toEqual([`stack: ${shown} is not allowed; use an object, such as { customerKey: true }`]);
  });
});

test('the runbook is an https URL that fits into a link', () => {
  expect(read({ runbook: 'https://wiki.example.org/RUNBOOK.md' })).toMatchObject({
    config: { stack: { runbook: 'https://wiki.example.org/RUNBOOK.md' } },
  });
  for (const runbook of [
    'infra/RUNBOOK.md',
    'http://wiki.example.org',
    'https://wiki.example.org/a(b)',
    'javascript:x',
  ])
    expect(problemsOf({ runbook })).toEqual([
      `stack.runbook: "${runbook}" is not allowed; use an https URL of infra/RUNBOOK.md, without brackets`,
    ]);
});

describe('the roles of Alibaba Cloud in the config', () => {
  const of = 'acs:ram::1234567890123456';
  const roles = {
    oidcProviderArn: `${of}:oidc-provider/aws`,
    buyerRoleArn: `${of}:role/edge-buyer`,
    readerRoleArn: `${of}:role/edge-reader`,
  };

  test('may be left out, and then nothing of them is in the config', () => {
    const result = read({});
    expect('config' in result && Object.hasOwn(result.config.stack, 'alibaba')).toBe(false);
    expect(read({ alibaba: roles })).toMatchObject({ config: { stack: { alibaba: roles } } });
  });

  test.each<readonly [string, object, string]>([
    [
      'one is missing',
      { buyerRoleArn: undefined },
      'stack.alibaba.buyerRoleArn: missing; use the ARN of a RAM role, such as acs:ram::1234567890123456:role/edge-buyer',
    ],
    [
      'a role is one of AWS',
      { readerRoleArn: role },
      `stack.alibaba.readerRoleArn: "${role}" is not allowed; use the ARN of a RAM role, such as acs:ram::1234567890123456:role/edge-buyer`,
    ],
    [
      'a role stands for the provider',
      { oidcProviderArn: roles.buyerRoleArn },
      `stack.alibaba.oidcProviderArn: "${roles.buyerRoleArn}" is not allowed; use the ARN of an OIDC provider of RAM, such as ${of}:oidc-provider/aws`,
    ],
    [
      'a role is of another account',
      { buyerRoleArn: 'acs:ram::6543210987654321:role/edge-buyer' },
      'stack.alibaba.buyerRoleArn: "acs:ram::6543210987654321:role/edge-buyer" is not allowed; use a role of the account of oidcProviderArn, 1234567890123456',
    ],
    [
      'what reads could buy',
      { readerRoleArn: roles.buyerRoleArn },
      `stack.alibaba.readerRoleArn: "${roles.buyerRoleArn}" is not allowed; use another role than buyerRoleArn: what only reads must not be able to buy`,
    ],
    ['there is more', { audience: 'x' }, 'stack.alibaba.audience: not known; remove it or correct its name'],
  ])('are refused where %s', (_, change, problem) => {
    const alibaba = Object.fromEntries(
      Object.entries({ ...roles, ...change }).filter(([, value]) => value !== undefined),
    );
    expect(problemsOf({ alibaba })).toEqual([problem]);
  });
});
