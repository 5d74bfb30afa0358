// Signature V3 of Alibaba Cloud's gateway, ACS3-HMAC-SHA256: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
import { createHmac, hash } from 'node:crypto';

const algorithm = 'ACS3-HMAC-SHA256';

export interface AckCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** For a temporary key of STS. */
  readonly securityToken?: string;
}

export interface UnsignedRequest {
  readonly method: 'GET' | 'POST';
  /** Percent-encoded by segment. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** With the port, if the URL has one. */
  readonly host: string;
  /** JSON. */
  readonly body?: string;
  readonly action: string;
  /** Of the API, such as 2015-12-15. */
  readonly version: string;
  readonly credentials: AckCredentials;
  /** Epoch milliseconds. The gateway refuses a date more than 15 minutes off. */
  readonly date: number;
  /** The gateway refuses a repeated nonce. */
  readonly nonce: string;
}

/** @returns all headers of the request, with lower-case names, to be sent unchanged */
export function signRequest(request: UnsignedRequest): Record<string, string> {
  const { accessKeyId, accessKeySecret, securityToken } = request.credentials;
  const body = request.body ?? '';
  const bodyHash = sha256(body);
  const signed: Record<string, string> = {
    host: request.host,
    'x-acs-action': request.action,
    'x-acs-content-sha256': bodyHash,
    'x-acs-date': new Date(request.date).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    'x-acs-signature-nonce': request.nonce,
    'x-acs-version': request.version,
    ...(body && { 'content-type': 'application/json; charset=utf-8' }),
    ...(securityToken && { 'x-acs-accesskey-id': accessKeyId, 'x-acs-security-token': securityToken }),
  };
  const names = Object.keys(signed).sort();
  const canonicalRequest = [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    names.map((name) => `${name}:${signed[name]?.trim()}\n`).join(''),
    names.join(';'),
    bodyHash,
  ].join('\n');
  const signature = createHmac('sha256', accessKeySecret)
    .update(`${algorithm}\n${sha256(canonicalRequest)}`)
    .digest('hex');
  return {
    ...signed,
    accept: 'application/json',
    authorization: `${algorithm} Credential=${accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`,
  };
}

/** All but the unreserved characters of RFC 3986. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The query as it is signed and sent. */
export function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${percentEncode(value)}`)
    .join('&');
}

/** The gateway rewrites these before its check. */
function canonicalPath(path: string): string {
  return path.replaceAll('+', '%20').replaceAll('*', '%2A').replaceAll('%7E', '~');
}

function sha256(text: string): string {
  return hash('sha256', text);
}
