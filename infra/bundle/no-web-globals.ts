// Stands in the bundle for the globals FormData and ReadableStream: the first one to name them, and be it to ask whether
// a text is one, makes Node load undici or the web streams, which takes longer than a purchase. Bodies here are texts.
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
