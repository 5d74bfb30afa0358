// Replaces cacheable-request in the bundle: got's option `cache` is never set.

/** got compares errors with this class. */
export class CacheError extends Error {
  override readonly name = 'CacheError';
}

// biome-ignore lint/style/noDefaultExport: the package it stands for has one, and got imports it.
export default class {
  constructor() {
    throw new Error('this bundle keeps no answers; infra/bundle/no-http-cache.ts stands in their place');
  }
}
