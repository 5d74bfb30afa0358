// Replaces the globals FormData and ReadableStream in the bundle: the first use makes Node load undici or the web streams.
const missing =
  'this bundle has no FormData and no ReadableStream; infra/bundle/no-web-globals.ts stands in their place';

export class FormData {
  constructor() {
    throw new Error(missing);
  }
}

export class ReadableStream {
  constructor() {
    throw new Error(missing);
  }
}
