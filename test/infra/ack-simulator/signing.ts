import { Readable } from 'node:stream';
import { OpenApiUtil } from '@alicloud/openapi-core';
import type { SimRequest } from '../../../functions/backtest/world/ack/messages.ts';
import { accessKey, type createBench, jsonOf } from './support.ts';

export const algorithm = 'ACS3-HMAC-SHA256';
export const hashOf = (text: string) => OpenApiUtil.hash(Buffer.from(text), algorithm).toString('hex');

type Signer = { accessKeyId?: string; accessKeySecret?: string; contentHash?: string };

/** Signs as the official SDK does; a `contentHash` goes into the header instead of the right one. */
export function sign(request: SimRequest, signer: Signer = {}): SimRequest {
  const { method, path, body } = request;
  const { accessKeyId, accessKeySecret, contentHash } = { ...accessKey, contentHash: hashOf(body), ...signer };
  const headers = { ...request.headers, 'x-acs-content-sha256': contentHash };
  const query = Object.fromEntries(new URLSearchParams(request.query));
  const toSign = { method, pathname: path, query, headers, protocol: 'https', port: 443, body: Readable.from(body) };
  const authorization = OpenApiUtil.getAuthorization(toSign, algorithm, hashOf(body), accessKeyId, accessKeySecret);
  return { ...request, headers: { ...headers, authorization } };
}

export const refusal = (status: number, code: string) => ({ status, code });

/** What the core says to a request, in the gateway's spelling. */
export function verdict(bench: ReturnType<typeof createBench>, request: SimRequest) {
  const answer = bench.core.handle(request);
  const json = jsonOf(answer);
  const code = typeof json === 'object' && json !== null && 'Code' in json ? json.Code : undefined;
  return { status: answer.status, code };
}
