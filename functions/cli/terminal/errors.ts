// How a command fails: wrongly called (exit code 2) or not carried out (exit code 1), in one line either way.

/** The command was called wrongly. The message names the field, its value and the remedy. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The call was right, and what it asks for was not done. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/** What the AWS SDK says of a missing setting, and what a person can do about it. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/region is missing/i, 'give --region or set AWS_REGION'],
  [/CredentialsProviderError/, 'give a --profile of your AWS config that has credentials, or set AWS_PROFILE to one'],
  [
    /not authorized to perform: sqs:sendmessage/i,
    'who may enqueue may spend: list the ARN of this role under stack.enqueuers in functions/config.ts, and deploy',
  ],
  [/ECONNREFUSED/, 'nothing listens there; is it still running?'],
];

/** One line about whatever was thrown. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  if (error instanceof UsageError || error instanceof CommandFailed) return oneLine(error.message);
  // A refused connection to a name with two addresses is an AggregateError, whose own message is empty.
  const [cause] = error instanceof AggregateError ? error.errors : [];
  if (cause !== undefined) return describeError(cause);
  const said = oneLine(error.name === 'Error' ? error.message : `${error.name}: ${error.message}`);
  const remedy = remedies.find(([symptom]) => symptom.test(said))?.[1];
  return remedy === undefined ? said : `${said}; ${remedy}`;
}

/** Texts of others may hold line breaks and escape sequences, which a terminal would obey. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}
