// Replaces got's own HTTP/2 client in the bundle: got's option `http2` is off.

// biome-ignore lint/style/noDefaultExport: the module it stands for has one, and got imports it.
export default {
  auto(): never {
    throw new Error('this bundle has no HTTP/2; infra/bundle/no-http2-client.ts stands in its place');
  },
};
