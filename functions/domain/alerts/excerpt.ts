/** Cuts a sender's text to one line of at most `max` UTF-16 units, fit for a log, a terminal and a database. */
export function excerpt(text: string, max: number): string {
  // Cut before cleaning: the sender chooses the length, and a cut can split a surrogate pair.
  const cut = text.length > max ? `${text.slice(0, max - 1)}…` : text;
  return cut
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
