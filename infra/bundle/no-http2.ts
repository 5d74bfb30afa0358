// Stands in the bundle for node:http2, which takes longer to load than all of our own code. got needs it for the option
// `http2`, which is off: ACK is spoken to over HTTP/1.1, one fresh connection per request.

/** An answer of an HTTP/2 server, which a response is never piped to. */
export class Http2ServerResponse {}

/** Names of headers and codes of errors, read with each of them undefined. */
export const constants = {};

// biome-ignore lint/style/noDefaultExport: the module it stands for has one, and got imports it.
export default {
  constants,
  connect(): never {
    throw new Error('this bundle has no HTTP/2; infra/bundle/no-http2.ts stands in its place');
  },
};
