// Stands in for STS of AWS: GetWebIdentityToken, and the issuer of its tokens with its public keys.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { account } from './account.ts';
import { closeServer, listenOnLoopback } from './loopback.ts';

export interface AwsSts {
  readonly endpoint: string;
  /** The `iss` of the tokens. */
  readonly issuer: string;
  /** Every token that it gave. */
  readonly tokens: readonly string[];
  close(): Promise<void>;
}

interface AwsStsOptions {
  /** Epoch milliseconds. Default: Date.now. */
  readonly now?: () => number;
  /** Whether the account has outbound identity federation. Default: yes */
  readonly federates?: boolean;
}

const keyId = 'RSA_0';
const version = '2011-06-15';

/** Who calls is told by the access key of the request: its id is the name of the role. */
export const roleArnOf = (accessKeyId: string): string => `arn:aws:iam::${account.id}:role/${accessKeyId}`;

export async function startAwsSts({ now = Date.now, federates = true }: AwsStsOptions = {}): Promise<AwsSts> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: keyId, alg: 'RS256', use: 'sig' };
  const tokens: string[] = [];

  async function answerTo(authorization: string, form: URLSearchParams): Promise<readonly [number, string]> {
    const [, accessKeyId] = /Credential=([^/]+)\//.exec(authorization) ?? [];
    const audiences = [...form].flatMap(([name, value]) => (name.startsWith('Audience.') ? [value] : []));
    const seconds = Number(form.get('DurationSeconds') ?? 300);
    if (form.get('Action') !== 'GetWebIdentityToken')
      return refusal(400, 'InvalidAction', 'The stand-in does not know it.');
    if (accessKeyId === undefined) return refusal(403, 'MissingAuthenticationToken', 'The request is not signed.');
    if (!federates)
      return refusal(400, 'OutboundWebIdentityFederationDisabled', 'Outbound web identity federation is not enabled.');
    if (form.get('SigningAlgorithm') !== 'RS256' || audiences.length === 0 || !(seconds >= 60 && seconds <= 3600))
      return refusal(400, 'ValidationError', 'SigningAlgorithm, Audience or DurationSeconds is not allowed.');
    const issuedAt = Math.floor(now() / 1000);
    const token = await new SignJWT({ 'https://sts.amazonaws.com/': { aws_account: account.id } })
      .setProtectedHeader({ alg: 'RS256', kid: keyId, typ: 'JWT' })
      .setIssuer(endpoint)
      .setSubject(roleArnOf(accessKeyId))
      .setAudience(audiences)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + seconds)
      .setJti(randomUUID())
      .sign(privateKey);
    tokens.push(token);
    const expiration = new Date((issuedAt + seconds) * 1000).toISOString();
    return [
      200,
      `<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/${version}/"><GetWebIdentityTokenResult><WebIdentityToken>${token}</WebIdentityToken><Expiration>${expiration}</Expiration></GetWebIdentityTokenResult></GetWebIdentityTokenResponse>`,
    ];
  }

  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      const found = request.url === '/.well-known/jwks.json';
      response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found ? { keys: [jwk] } : {}));
      return;
    }
    text(request)
      .then((body) => answerTo(request.headers.authorization ?? '', new URLSearchParams(body)))
      .then(
        ([status, xml]) => response.writeHead(status, { 'content-type': 'text/xml' }).end(xml),
        () => response.destroy(),
      );
  });
  const endpoint = await listenOnLoopback(server);
  return { endpoint, issuer: endpoint, tokens, close: () => closeServer(server) };
}

const refusal = (status: number, code: string, message: string): readonly [number, string] => [
  status,
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/${version}/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
];
