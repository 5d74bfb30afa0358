// The token by which AWS tells who a function is: outbound identity federation.
import { GetWebIdentityTokenCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import * as z from 'zod/mini';
import { errorMessage } from '../../domain/problems.ts';
import { parseJson } from '../../domain/record.ts';
import { timings } from '../../domain/timings.ts';
import { tokenAudience } from '../../domain/web-identity.ts';
import { ExchangeError } from './exchange-error.ts';

export interface WebIdentityToken {
  /** A secret while it lasts. */
  readonly token: string;
  /** What it says, for messages: issuer, subject. No secrets. */
  readonly claims: { readonly iss: string; readonly sub: string };
}

const claimsSchema = z.object({ iss: z.string(), sub: z.string() });

/** @throws ExchangeError that holds no token */
export function createTokenReader(settings: STSClientConfig): () => Promise<WebIdentityToken> {
  const client = new STSClient(settings);
  const request = new GetWebIdentityTokenCommand({
    Audience: [tokenAudience],
    SigningAlgorithm: 'RS256',
    DurationSeconds: timings.webIdentityTokenMs / 1000,
  });
  return async () => {
    const { WebIdentityToken: token } = await client.send(request).catch((error: unknown) => {
      throw explain(error);
    });
    const [, claims = ''] = (token ?? '').split('.');
    const read = claimsSchema.safeParse(parseJson(Buffer.from(claims, 'base64url').toString()));
    if (token === undefined || !read.success)
      throw new ExchangeError('AWS STS sent no web identity token', 'try again; if it fails again, ask AWS');
    return { token, claims: read.data };
  };
}

function explain(error: unknown): ExchangeError {
  const name = error instanceof Error ? error.name : '';
  const says = `AWS STS gives no web identity token: ${[name, errorMessage(error)].filter(Boolean).join(': ')}`;
  return new ExchangeError(says, remedyFor(name));
}

function remedyFor(name: string): string {
  if (/^OutboundWebIdentityFederationDisabled/.test(name))
    return 'turn it on once for the account: aws iam enable-outbound-web-identity-federation';
  if (/^AccessDenied/.test(name)) return `allow sts:GetWebIdentityToken for the audience ${tokenAudience}`;
  if (/^(RequestTimeTooSkewed|RequestExpired|SignatureDoesNotMatch)/.test(name)) return 'set the clock of this machine';
  if (/^(CredentialsProviderError|TokenProviderError|ExpiredToken|InvalidClientTokenId|UnrecognizedClient)/.test(name))
    return 'get valid AWS credentials, or give a --profile that has some';
  return 'make AWS STS reachable from here';
}
