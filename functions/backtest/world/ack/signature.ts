// The gateway's half of ACS3-HMAC-SHA256. It shares no code with the functions' half.
// https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
import { createHash, createHmac } from 'node:crypto';
import type { SimRequest } from './messages.ts';
import { decodeSegment } from './routes.ts';

type Authorization = {
  readonly accessKeyId: string;
  readonly signedHeaders: string;
  readonly signature: string;
};

const authorizationPattern =
  /^ACS3-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

/** undefined for another algorithm or format. */
export function parseAuthorization(header: string | undefined): Authorization | undefined {
  const [, accessKeyId, signedHeaders, signature] = authorizationPattern.exec(header ?? '') ?? [];
  if (accessKeyId === undefined || signedHeaders === undefined || signature === undefined) return undefined;
  return { accessKeyId, signedHeaders, signature };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const decode = (text: string) => decodeSegment(text) ?? text;

const canonicalUri = (path: string) =>
  path
    .split('/')
    .map((segment) => encode(decode(segment)))
    .join('/');

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .map((pair) => {
      const [key = '', ...value] = pair.split('=');
      return [decode(key), encode(decode(value.join('=')))] as const;
    })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
}

const mustBeSigned = (name: string) => name === 'host' || name === 'content-type' || name.startsWith('x-acs-');

/** undefined for a correct signature. All headers of the scheme must be signed. */
export function signatureProblem(request: SimRequest, given: Authorization, secret: string): string | undefined {
  const { method, path, query, headers, body } = request;
  const contentHash = sha256(body);
  if (headers['x-acs-content-sha256'] !== contentHash) return 'x-acs-content-sha256 is not the hash of the body';
  const names = Object.keys(headers).filter(mustBeSigned).sort();
  const signedHeaders = names.join(';');
  if (signedHeaders !== given.signedHeaders) return `the headers to sign are ${signedHeaders}`;
  const canonical = [
    method,
    canonicalUri(path),
    canonicalQuery(query),
    ...names.map((name) => `${name}:${headers[name]?.trim()}`),
    '',
    signedHeaders,
    contentHash,
  ].join('\n');
  const signature = createHmac('sha256', secret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  return signature === given.signature ? undefined : `the server's canonical request is ${JSON.stringify(canonical)}`;
}
