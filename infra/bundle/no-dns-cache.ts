// Replaces got's cache of DNS answers in the bundle: got's option `dnsCache` is off.

// biome-ignore lint/style/noDefaultExport: the module it stands for has one, and got imports it.
export default class {
  constructor() {
    throw new Error('this bundle keeps no DNS answers; infra/bundle/no-dns-cache.ts stands in their place');
  }
}
