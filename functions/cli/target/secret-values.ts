// What each secret must hold, judged by the schemas that the functions read it with. No value is ever shown.
import * as z from 'zod/mini';
import { credentialsSchema, loginSchema } from '../../adapters/secrets/secrets.ts';
import { tokensSchema } from '../../adapters/secrets/webhook-tokens.ts';
import { scaleOutRequestSchema } from '../../domain/ack/scale-out-request.ts';
import { listProblems } from '../../domain/problems.ts';
import { CommandFailed } from '../terminal/errors.ts';
import type { SecretName } from './secret-names.ts';

/** The password is checked as a purchase would be: found out there, it would cost the first job. */
const passwordSchema = z.extend(loginSchema, { password: scaleOutRequestSchema.shape.login_password });

interface Form {
  readonly schema: z.ZodMiniType<object>;
  /** For people. */
  readonly shape: string;
  /** What a text that is no JSON stands for; undefined where only JSON will do. */
  readonly fromText?: (text: string) => object;
  /** What a person is asked for, each field by its own question. */
  readonly questions: readonly { readonly field: string; readonly question: string; readonly hidden: boolean }[];
  readonly fromAnswers: (answers: Readonly<Record<string, string>>) => object;
}

const accessKey: Form = {
  schema: credentialsSchema,
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
    shape: 'a token of 16 to 256 letters, digits and . _ ~ -, or {"tokens": ["the new one", "the old one"]}',
    fromText: (token) => ({ tokens: [token] }),
    questions: [{ field: 'token', question: 'Token that senders show', hidden: true }],
    fromAnswers: ({ token }) => ({ tokens: [token] }),
  },
};

export const formOf = (name: SecretName): Form => forms[name];

/** @param text as it was piped in. @returns what is to be stored. @throws CommandFailed that never quotes the text */
export function readSecretText(name: SecretName, text: string): string {
  const { fromText, shape } = forms[name];
  // A pipe ends in a line break that nobody means.
  const given = text.replace(/\r?\n$/, '');
  if (given === '') throw new CommandFailed(`standard input is empty; give it ${shape}`);
  const json = parsed(given);
  if (typeof json === 'object' && json !== null) return checked(name, json);
  if (fromText) return checked(name, fromText(given));
  throw new CommandFailed(`standard input holds no JSON object; give it ${shape}`);
}

/** Only the known fields are stored. @throws CommandFailed that names what is wrong, and no value */
export function checked(name: SecretName, value: object): string {
  const { schema, shape } = forms[name];
  const read = schema.safeParse(value);
  if (read.success) return JSON.stringify(read.data);
  const secret = read.error.issues.flatMap(({ path }) => path.filter((part) => typeof part === 'string'));
  const problems = listProblems(read.error.issues, value, { secret });
  throw new CommandFailed(`${problems.join('. ')}. Give it ${shape}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
