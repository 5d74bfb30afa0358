// What stands in the bundles for parts of packages that are never used: were one used all the same, it says so.
import { expect, test } from '@jest/globals';
import * as builtin from '../../infra/bundle/builtins.ts';
import { 'Intl.ListFormat' as ListFormat } from '../../infra/bundle/list-format.ts';
import decompressResponse from '../../infra/bundle/no-decompression.ts';
import { EndpointCache } from '../../infra/bundle/no-endpoint-cache.ts';
import { EventStreamSerde, eventStreamSerdeProvider } from '../../infra/bundle/no-event-streams.ts';
import CacheableRequest, { CacheError } from '../../infra/bundle/no-http-cache.ts';
import http2, { Http2ServerResponse } from '../../infra/bundle/no-http2.ts';
import { FormData, ReadableStream } from '../../infra/bundle/no-web-globals.ts';

test.each<[string, () => unknown, string]>([
  ['a cache of answers', () => new CacheableRequest(), 'no-http-cache.ts'],
  ['decompression', () => decompressResponse(), 'no-decompression.ts'],
  ['HTTP/2', () => http2.connect(), 'no-http2.ts'],
  ['event streams', () => new EventStreamSerde(), 'no-event-streams.ts'],
  ['a provider of event streams', () => eventStreamSerdeProvider(), 'no-event-streams.ts'],
  ['the endpoints that were discovered', () => new EndpointCache().get(), 'no-endpoint-cache.ts'],
  ['FormData', () => new FormData(), 'no-web-globals.ts'],
  ['ReadableStream', () => new ReadableStream(), 'no-web-globals.ts'],
])('%s is missing, and whoever uses it is told where', (_what, use, file) => {
  expect(use).toThrow(file);
});

test('nothing that passes through is taken for what is missing', () => {
  for (const value of ['a body', Buffer.from('a body'), new Error('of another kind'), {}])
    for (const missing of [CacheError, Http2ServerResponse, FormData, ReadableStream])
      expect(value instanceof missing).toBe(false);
});

test('a list is put into words', () => {
  expect(new ListFormat().format(new Set(['string', 'number']))).toBe('string, number');
});

test.each(Object.entries(builtin.imported))('%s has all that is taken of it', (module, names) => {
  const real = process.getBuiltinModule(module) ?? {};
  expect(names.filter((name) => !(name in real))).toEqual([]);
});
