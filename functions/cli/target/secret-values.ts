// What each secret must hold, checked by the functions' own schemas. No value is ever shown.
import * as z from 'zod/mini';
import { credentialsSchema, loginSchema } from '../../adapters/secrets/secrets.ts';
import { tokensSchema, tokensShape } from '../../adapters/secrets/webhook-tokens.ts';
import { scaleOutRequestSchema } from '../../domain/ack/scale-out-request.ts';
import { listProblems } from '../../domain/problems.ts';
import { parseJson } from '../../domain/record.ts';
import { CommandFailed } from '../terminal/errors.ts';
import type { SecretName } from './secret-names.ts';

/** Checked as in a purchase: a wrong password would fail the first job. */
const passwordSchema = z.extend(loginSchema, { password: scaleOutRequestSchema.shape.login_password });

const unbroken = z
  .string()
  .check(z.regex(/^\S+$/, 'it is empty, or has a blank or a line break; copy it without them'));

/** A blank or a line break comes from copying; with it, every request would be refused. */
const accessKeySchema = z.extend(credentialsSchema, {
  accessKeyId: unbroken,
  accessKeySecret: unbroken,
  securityToken: z.exactOptional(unbroken),
});

interface Form {
  readonly schema: z.ZodMiniType<object>;
  /** For people. */
  readonly shape: string;
  /** For a text that is no JSON; undefined where only JSON is allowed. */
  readonly fromText?: (text: string) => object;
  readonly questions: readonly { readonly field: string; readonly question: string; readonly hidden: boolean }[];
  readonly fromAnswers: (answers: Readonly<Record<string, string>>) => object;
}

const accessKey: Form = {
  schema: accessKeySchema,
  shape: '{"accessKeyId": "...", "accessKeySecret": "..."}, with "securityToken" for an STS credential',
  questions: [
    { field: 'accessKeyId', question: 'Access key ID', hidden: false },
    { field: 'accessKeySecret', question: 'Access key secret', hidden: true },
  ],
  fromAnswers: (answers) => answers,
};

const forms: Readonly<Record<SecretName, Form>> = {
  ack: accessKey,
  'ack-read': accessKey,
  login: {
    schema: passwordSchema,
    shape: 'the password, or {"password": "..."}',
    fromText: (password) => ({ password }),
    questions: [{ field: 'password', question: 'Login password of new nodes', hidden: true }],
    fromAnswers: (answers) => answers,
  },
  webhook: {
    schema: tokensSchema,
    shape: `a token for all senders and clusters, or ${tokensShape}`,
    fromText: (token) => ({ tokens: [token] }),
    questions: [{ field: 'token', question: 'Token of the senders', hidden: true }],
    fromAnswers: ({ token }) => ({ tokens: [token] }),
  },
};

export const formOf = (name: SecretName): Form => forms[name];

/** @returns the value to store @throws CommandFailed that never quotes the text */
export function readSecretText(name: SecretName, text: string): string {
  const { fromText, shape } = forms[name];
  // A pipe usually ends in a line break.
  const given = text.replace(/\r?\n$/, '');
  if (given === '') throw new CommandFailed(`standard input is empty; give it ${shape}`);
  const json = parseJson(given);
  if (typeof json === 'object' && json !== null) return checked(name, json);
  if (fromText) return checked(name, fromText(given));
  throw new CommandFailed(`standard input holds no JSON object; give it ${shape}`);
}

/** Keeps known fields only. @throws CommandFailed that names the wrong fields, and no value */
export function checked(name: SecretName, value: object): string {
  const { schema, shape } = forms[name];
  const read = schema.safeParse(value);
  if (read.success) return JSON.stringify(read.data);
  const secret = read.error.issues.flatMap(({ path }) => path.filter((part) => typeof part === 'string'));
  const problems = listProblems(read.error.issues, value, { secret });
  throw new CommandFailed(`${problems.join('. ')}. Give it ${shape}`);
}
