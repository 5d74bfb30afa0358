// Replaces node:http2 in the bundle, which takes long to load: got's option `http2` is off.

export class Http2ServerResponse {}

/** Read by got; every constant is undefined. */
export const constants = {};

// biome-ignore lint/style/noDefaultExport: the module it stands for has one, and got imports it.
export default {
  constants,
  connect(): never {
    throw new Error('this bundle has no HTTP/2; infra/bundle/no-http2.ts stands in its place');
  },
};
