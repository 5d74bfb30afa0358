// The API gateway: checks caller, date and nonce.
import { parseUtcTime } from './instants.ts';
import { gatewayRefusal, type Refusal, type SimRequest } from './messages.ts';
import type { Operation } from './routes.ts';
import { parseAuthorization, signatureProblem } from './signature.ts';

export type AccessKey = {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** For a temporary key of STS. */
  readonly securityToken?: string;
  /** Epoch milliseconds; default: never. */
  readonly tokenExpiresAt?: number;
};

const minuteMs = 60_000;
const apiVersion = '2015-12-15';
/** Assumption A1. */
const dateToleranceMs = 15 * minuteMs;
/** Reports say 15 and 31 minutes. */
const nonceMemoryMs = 31 * minuteMs;

export type Gateway = ReturnType<typeof createGateway>;

export function createGateway(options: { accessKeys: readonly AccessKey[]; verifySignatures: boolean }) {
  const keys = new Map(options.accessKeys.map((key) => [key.accessKeyId, key]));
  const nonces = createNonceMemory();

  /** undefined accepts the request and uses its nonce. */
  function refuse(request: SimRequest, operation: Operation, at: number): Refusal | undefined {
    const { headers } = request;
    if (headers['x-acs-version'] !== apiVersion)
      return gatewayRefusal(400, 'InvalidVersion', `Specified parameter Version is not ${apiVersion}.`);
    if (headers['x-acs-action'] !== operation)
      return gatewayRefusal(404, 'InvalidAction.NotFound', `This path belongs to the action ${operation}.`);
    return (
      (options.verifySignatures ? refuseCaller(request, keys, at) : undefined) ??
      refuseDate(headers['x-acs-date'] ?? '', at) ??
      nonces.refuse(headers['x-acs-signature-nonce'] ?? '', at)
    );
  }
  return {
    refuse,
    admit(key: AccessKey): void {
      keys.set(key.accessKeyId, key);
    },
  };
}

function refuseCaller(request: SimRequest, keys: ReadonlyMap<string, AccessKey>, at: number): Refusal | undefined {
  const { headers } = request;
  const authorization = parseAuthorization(headers['authorization']);
  if (authorization === undefined)
    return gatewayRefusal(400, 'IncompleteSignature', 'The Authorization header is missing or malformed.');
  const key = keys.get(authorization.accessKeyId);
  if (key === undefined)
    return gatewayRefusal(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
  const problem = signatureProblem(request, authorization, key.accessKeySecret);
  if (problem !== undefined)
    return gatewayRefusal(
      400,
      'SignatureDoesNotMatch',
      `Specified signature does not match our calculation: ${problem}`,
    );
  return refuseToken(headers, key, at);
}

function refuseToken(headers: SimRequest['headers'], key: AccessKey, at: number): Refusal | undefined {
  const token = headers['x-acs-security-token'];
  if (token === undefined && key.securityToken !== undefined)
    return gatewayRefusal(400, 'MissingSecurityToken', 'A temporary access key needs its security token.');
  if (token !== key.securityToken || at >= (key.tokenExpiresAt ?? Number.POSITIVE_INFINITY))
    return gatewayRefusal(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
  if (token !== undefined && headers['x-acs-accesskey-id'] !== key.accessKeyId)
    return gatewayRefusal(400, 'InvalidSecurityToken.MismatchWithAccessKey', 'The token is of another access key.');
  return undefined;
}

function refuseDate(text: string, at: number): Refusal | undefined {
  const signedAt = parseUtcTime(text);
  if (signedAt === undefined)
    return gatewayRefusal(400, 'InvalidTimeStamp.Format', 'Specified time stamp is not YYYY-MM-DDThh:mm:ssZ.');
  if (Math.abs(at - signedAt) > dateToleranceMs)
    return gatewayRefusal(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
  return undefined;
}

function createNonceMemory() {
  // Oldest first.
  const seenAt = new Map<string, number>();
  return {
    refuse(nonce: string, at: number): Refusal | undefined {
      if (nonce === '') return gatewayRefusal(400, 'MissingSignatureNonce', 'x-acs-signature-nonce is missing.');
      for (const [old, seen] of seenAt) {
        if (at - seen <= nonceMemoryMs) break;
        seenAt.delete(old);
      }
      if (seenAt.has(nonce))
        return gatewayRefusal(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
      seenAt.set(nonce, at);
      return undefined;
    },
  };
}
