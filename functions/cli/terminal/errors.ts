import { errorMessage } from '../../domain/problems.ts';
import { exitCodes } from './exit-codes.ts';

/** Wrong usage, exit code 2. The message names the field, its value and the remedy. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Errors of the AWS SDK, each with a remedy. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/region is missing/i, 'give --region or set AWS_REGION'],
  [/CredentialsProviderError/, 'give a --profile of your AWS config that has credentials, or set AWS_PROFILE to one'],
  [
    /not authorized to perform: sqs:sendmessage/i,
    'add the ARN of this role to stack.enqueuers in the config, and deploy',
  ],
  [/ECONNREFUSED/, 'nothing listens there; does it still run?'],
];

/** One line about anything that was thrown. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  if (error instanceof UsageError || error instanceof CommandFailed) return oneLine(error.message);
  const isNamed = error.name !== 'Error' && error.message !== '';
  const said = oneLine(isNamed ? `${error.name}: ${error.message}` : errorMessage(error));
  const remedy = remedies.find(([symptom]) => symptom.test(said))?.[1];
  return remedy === undefined ? said : `${said}; ${remedy}`;
}

/** Without line breaks. The terminal makes the rest visible (visible.ts). */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}
