/** One line of at most `max` UTF-16 units, without control characters. */
export function excerpt(text: string, max: number): string {
  // Cut first: the sender chooses the length. toWellFormed repairs a split surrogate pair.
  const cut = text.length > max ? `${text.slice(0, max - 1)}…` : text;
  return cut
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
