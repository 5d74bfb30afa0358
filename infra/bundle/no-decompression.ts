// Replaces decompress-response in the bundle: got's option `decompress` is off.

// biome-ignore lint/style/noDefaultExport: the package it stands for has one, and got imports it.
export default function decompressResponse(): never {
  throw new Error('this bundle decompresses nothing; infra/bundle/no-decompression.ts stands in its place');
}
