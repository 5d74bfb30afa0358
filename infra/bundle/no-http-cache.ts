// Stands in the bundle for cacheable-request, with its stores and its rules of HTTP caching. got makes one for the option
// `cache`, which is never set: an answer about nodes or purchases that somebody kept would be worse than none.

/** got asks of an error whether it is one of these. */
export class CacheError extends Error {
  override readonly name = 'CacheError';
}

// biome-ignore lint/style/noDefaultExport: the package it stands for has one, and got imports it.
export default class {
  constructor() {
    throw new Error('this bundle keeps no answers; infra/bundle/no-http-cache.ts stands in their place');
  }
}
