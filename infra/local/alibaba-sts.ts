// Stands in for STS of Alibaba Cloud: AssumeRoleWithOIDC, with the OIDC providers and the trust policies of RAM.
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import type { AccessKey } from '../../functions/backtest/world/ack/gateway.ts';
import { closeServer, listenOnLoopback } from './aws-stand-ins/loopback.ts';

export interface AlibabaSts {
  readonly endpoint: string;
  /** Every key that it gave. */
  readonly keys: readonly Required<AccessKey>[];
  close(): Promise<void>;
}

interface OidcProvider {
  readonly arn: string;
  /** Its public keys are at .well-known/jwks.json of it. */
  readonly issuer: string;
  readonly clientIds: readonly string[];
}

interface TrustingRole {
  readonly arn: string;
  /** The values of oidc:sub that its trust policy allows. */
  readonly subjects: readonly string[];
}

interface AlibabaStsOptions {
  readonly provider: OidcProvider;
  readonly roles: readonly TrustingRole[];
  /** Called with each new key, before it is answered. */
  readonly onKey: (key: Required<AccessKey>) => void;
  /** Epoch milliseconds. Default: Date.now. */
  readonly now?: () => number;
  /** Replaces the time that was asked for, milliseconds: for tests in which keys expire. */
  readonly sessionMs?: number;
}

type Answer = readonly [status: number, body: object];

export async function startAlibabaSts(options: AlibabaStsOptions): Promise<AlibabaSts> {
  const keys: Required<AccessKey>[] = [];
  const server = createServer((request, response) => {
    const query = new URLSearchParams(request.url?.split('?')[1]);
    text(request)
      .then((body) => answerTo(query, new URLSearchParams(body), options))
      .then(
        ([status, body]) =>
          response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' }).end(JSON.stringify(body)),
        () => response.destroy(),
      );
  });
  const { onKey } = options;
  const endpoint = await listenOnLoopback(server);

  async function answerTo(
    query: URLSearchParams,
    form: URLSearchParams,
    { now = Date.now }: AlibabaStsOptions,
  ): Promise<Answer> {
    if (query.get('Action') !== 'AssumeRoleWithOIDC' || query.get('Version') !== '2015-04-01')
      return refusal(404, 'InvalidAction.NotFound', 'The stand-in does not know it.');
    const seconds = Number(form.get('DurationSeconds') ?? 3600);
    if (!/^[\w.@-]{2,64}$/.test(form.get('RoleSessionName') ?? '') || !(seconds >= 900 && seconds <= 3600))
      return refusal(400, 'InvalidParameter', 'RoleSessionName or DurationSeconds is not allowed.');
    const role = options.roles.find(({ arn }) => arn === form.get('RoleArn'));
    if (!role) return refusal(404, 'EntityNotExist.Role', 'The role does not exist.');
    if (form.get('OIDCProviderArn') !== options.provider.arn)
      return refusal(401, 'AuthenticationFail.NoPermission', 'The role does not trust this provider.');
    const claims = await verified(form.get('OIDCToken') ?? '', options.provider, now());
    if (Array.isArray(claims)) return refusal(401, `AuthenticationFail.OIDCToken.${claims[0]}`, claims[1]);
    if (!role.subjects.includes(claims.sub ?? ''))
      return refusal(401, 'AuthenticationFail.NoPermission', 'This operation is forbidden by the trust policy.');
    const key = {
      accessKeyId: `STS.${randomBytes(12).toString('base64url')}`,
      accessKeySecret: randomBytes(24).toString('base64url'),
      securityToken: `CAIS${randomBytes(60).toString('base64')}`,
      tokenExpiresAt: now() + (options.sessionMs ?? seconds * 1000),
    };
    keys.push(key);
    onKey(key);
    return [
      200,
      {
        RequestId: randomUUID(),
        AssumedRoleUser: { Arn: `${role.arn}/${form.get('RoleSessionName')}` },
        Credentials: {
          AccessKeyId: key.accessKeyId,
          AccessKeySecret: key.accessKeySecret,
          SecurityToken: key.securityToken,
          Expiration: new Date(key.tokenExpiresAt).toISOString(),
        },
      },
    ];
  }

  return { endpoint, keys, close: () => closeServer(server) };
}

/** @returns the claims, or the end of a code with its message */
async function verified(
  token: string,
  { issuer, clientIds }: OidcProvider,
  now: number,
): Promise<JWTPayload | [string, string]> {
  const keySet = createRemoteJWKSet(new URL('/.well-known/jwks.json', issuer));
  try {
    const { payload } = await jwtVerify(token, keySet, {
      algorithms: ['RS256'],
      issuer,
      audience: [...clientIds],
      currentDate: new Date(now),
    });
    return payload;
  } catch (error) {
    const { message } = Object(error);
    if (error instanceof errors.JWTExpired) return ['Expired', 'The token is expired.'];
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud')
      return ['AudienceNotMatch', 'The audience of the token is not a client id of the provider.'];
    if (error instanceof errors.JWSSignatureVerificationFailed)
      return ['InvalidSignature', 'The signature of the token is not of the issuer.'];
    return ['Invalid', String(message)];
  }
}

const refusal = (status: number, Code: string, Message: string): Answer => [
  status,
  { RequestId: randomUUID(), HostId: 'sts.aliyuncs.com', Code, Message },
];
