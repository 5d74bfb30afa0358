// AssumeRoleWithOIDC of Alibaba Cloud's STS: the token of AWS is the only proof, so nothing is signed.
// https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerolewithoidc
import * as z from 'zod/mini';
import { type HttpAnswer, shorten } from '../../domain/ack/classify-response.ts';
import { readInstant } from '../../domain/instant.ts';
import { createRedactor } from '../../domain/problems.ts';
import { parseJson } from '../../domain/record.ts';
import { timings } from '../../domain/timings.ts';
import { tokenAudience } from '../../domain/web-identity.ts';
import type { Transport } from '../ack/http-transport.ts';
import { safeOrigin } from '../ack/safe-origin.ts';
import { type AckCredentials, canonicalQuery } from '../ack/signature.ts';
import { ExchangeError } from './exchange-error.ts';
import type { WebIdentityToken } from './web-identity-token.ts';

interface RoleCredentials extends Required<AckCredentials> {
  /** Epoch milliseconds, by Alibaba Cloud's clock. */
  readonly expiresAt: number;
}

/** ARNs. */
export interface AssumedRole {
  readonly oidcProviderArn: string;
  readonly roleArn: string;
}

interface AssumeRoleDeps {
  readonly transport: Transport;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** No nonce is used twice. */
  readonly newNonce: () => string;
  /** Replaces https://sts.aliyuncs.com. */
  readonly endpoint?: string | undefined;
}

const text = z.string().check(z.minLength(1));
const instant = z.pipe(
  text,
  z.transform((given: string, { issues }) => {
    const at = readInstant(given);
    if (at === undefined) issues.push({ code: 'custom', input: given });
    return at ?? 0;
  }),
);
const answerSchema = z.object({
  Credentials: z.object({ AccessKeyId: text, AccessKeySecret: text, SecurityToken: text, Expiration: instant }),
});
const refusalSchema = z.object({ Code: text, Message: z._default(z.string(), '') });

/** @param session names the sessions in ActionTrail @throws ExchangeError that holds neither token nor key; Error for an unsafe endpoint */
export function createAssumeRole(
  { oidcProviderArn, roleArn }: AssumedRole,
  session: string,
  { transport, now, newNonce, endpoint }: AssumeRoleDeps,
): (token: WebIdentityToken) => Promise<RoleCredentials> {
  const origin = endpoint === undefined ? 'https://sts.aliyuncs.com' : safeOrigin('STS', endpoint);
  return async (proof) => {
    const askedAt = now();
    const answer = await transport({
      method: 'POST',
      url: `${origin}/?${canonicalQuery({
        Action: 'AssumeRoleWithOIDC',
        Format: 'JSON',
        SignatureNonce: newNonce(),
        Timestamp: new Date(askedAt).toISOString().replace(/\.\d{3}Z$/, 'Z'),
        Version: '2015-04-01',
      })}`,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: canonicalQuery({
        DurationSeconds: String(timings.roleCredentialsMs / 1000),
        OIDCProviderArn: oidcProviderArn,
        OIDCToken: proof.token,
        RoleArn: roleArn,
        RoleSessionName: session,
      }),
      timeoutMs: timings.readTimeoutMs,
      connectTimeoutMs: timings.connectTimeoutMs,
    });
    if (answer.kind === 'failure')
      throw new ExchangeError(
        `the STS of Alibaba Cloud cannot be reached: ${answer.code}, ${answer.message}`,
        `make ${origin} reachable from here`,
      );
    const read = answerSchema.safeParse(parseJson(answer.body));
    if (answer.status !== 200 || !read.success) throw refusal(answer, proof, roleArn);
    const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration: expiresAt } = read.data.Credentials;
    const leftMs = expiresAt - askedAt;
    if (leftMs <= timings.roleCredentialsSpareMs || leftMs > timings.roleCredentialsMs + timings.maxClockSkewMs)
      throw new ExchangeError(
        `the clocks differ: new credentials of ${roleArn} last until ${new Date(expiresAt).toISOString()}, and it is ${new Date(askedAt).toISOString()} here`,
        'set the clock of this machine',
      );
    return { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret, securityToken: SecurityToken, expiresAt };
  };
}

/** Alibaba Cloud's codes, without `AuthenticationFail.`: https://api.alibabacloud.com/document/Sts/2015-04-01/errorCode */
const remedies: readonly (readonly [RegExp, (claims: WebIdentityToken['claims']) => string])[] = [
  [/NoPermission$/, ({ sub }) => `let its trust policy allow the provider, and oidc:sub ${sub}`],
  [/^EntityNotExist\.Role/, () => 'correct the ARN of the role in stack.alibaba, or create the role'],
  [/OIDCToken\.Expired$/, () => 'set the clock of this machine: the token was made just now'],
  [/OIDCToken\.AudienceNotMatch$/, () => `add the client id ${tokenAudience} to the OIDC provider`],
  [/OIDCToken\.InvalidSignature$/, ({ iss }) => `let the OIDC provider have the issuer ${iss} and its fingerprint`],
  [/OIDCToken\.|OIDCProvider/, ({ iss }) => `correct oidcProviderArn in stack.alibaba; the issuer must be ${iss}`],
];

/** The body is never quoted, but for code and message: it may repeat the token. */
function refusal({ status, body }: HttpAnswer, { token, claims }: WebIdentityToken, roleArn: string): ExchangeError {
  const { Code, Message } = refusalSchema.safeParse(parseJson(body)).data ?? {};
  if (Code === undefined)
    return new ExchangeError(
      `the STS of Alibaba Cloud sent an answer that cannot be read, with status ${status}`,
      'try again; if it fails again, ask Alibaba Cloud',
    );
  const refuses = `the STS of Alibaba Cloud refuses ${roleArn}`;
  const [, remedyOf] = remedies.find(([code]) => code.test(Code)) ?? [];
  if (remedyOf) return new ExchangeError(`${refuses}: ${Code}`, remedyOf(claims));
  // The last part of the token is its signature: what comes before it can be guessed.
  const redact = createRedactor([token, token.slice(token.lastIndexOf('.') + 1)]);
  const says = shorten(redact([Code, Message].filter(Boolean).join(', ')));
  return new ExchangeError(`${refuses}: ${says}`, 'try again; if it fails again, ask Alibaba Cloud');
}
