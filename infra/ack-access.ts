import type { Config } from '../functions/domain/config/types.ts';

/** What a function calls ACK with, as its environment names it: the secret of an access key, or a role. */
type AckAccess =
  | { readonly ACK_SECRET_ID: string }
  | { readonly ALIBABA_OIDC_PROVIDER_ARN: string; readonly ALIBABA_ROLE_ARN: string };

interface KeySecrets {
  readonly ackCredentials: string;
  readonly ackReadCredentials: string;
}

export function ackAccess(as: 'buyer' | 'reader', { stack: { alibaba } }: Config, secrets: KeySecrets): AckAccess {
  const buys = as === 'buyer';
  if (!alibaba) return { ACK_SECRET_ID: buys ? secrets.ackCredentials : secrets.ackReadCredentials };
  const { oidcProviderArn, buyerRoleArn, readerRoleArn } = alibaba;
  return { ALIBABA_OIDC_PROVIDER_ARN: oidcProviderArn, ALIBABA_ROLE_ARN: buys ? buyerRoleArn : readerRoleArn };
}

/** The secrets that the function has to read for it. */
export const keysIn = (access: AckAccess): readonly string[] =>
  'ACK_SECRET_ID' in access ? [access.ACK_SECRET_ID] : [];
