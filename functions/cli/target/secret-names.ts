// The secrets by their command-line names, and where a stack and the environment have their ids.
export const secretNames = {
  ack: { what: 'the RAM key that may buy', output: 'AckSecretId', variable: 'ACK_SECRET_ID' },
  'ack-read': { what: 'the RAM key that reads', output: 'AckReadSecretId', variable: 'ACK_READ_SECRET_ID' },
  login: { what: 'the login password of new nodes', output: 'LoginSecretId', variable: 'LOGIN_SECRET_ID' },
  webhook: { what: 'the tokens of the webhook', output: 'WebhookSecretId', variable: 'WEBHOOK_SECRET_ID' },
} as const;

export type SecretName = keyof typeof secretNames;
export const isSecretName = (text: string): text is SecretName => Object.hasOwn(secretNames, text);
/** Names or ARNs. */
export type SecretIds = Readonly<Partial<Record<SecretName, string>>>;

export function secretIdsFrom(
  given: Readonly<Record<string, string | undefined>>,
  source: 'output' | 'variable',
): SecretIds {
  return Object.fromEntries(
    Object.entries(secretNames).flatMap(([name, of]) => {
      const id = given[of[source]];
      return id ? [[name, id]] : [];
    }),
  );
}

export function secretRemedy(name: SecretName): string {
  return `give --stack NAME, or set ${secretNames[name].variable}`;
}
