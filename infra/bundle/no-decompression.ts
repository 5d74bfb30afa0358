// Stands in the bundle for decompress-response. got calls it for the option `decompress`, which is off: the answers are
// small, and a compressed one could be as large as it likes.

// biome-ignore lint/style/noDefaultExport: the package it stands for has one, and got imports it.
export default function decompressResponse(): never {
  throw new Error('this bundle decompresses nothing; infra/bundle/no-decompression.ts stands in its place');
}
