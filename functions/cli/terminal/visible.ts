// What is printed has texts of others in it: of senders, of ACK, and of everybody who may put messages on a queue.

/** Terminals execute control characters. Format characters hide or reorder what is around them, as U+202E does. */
const special = /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu;

/** The colours of this command (styleText). None of them hides a text. */
const colours = new RegExp(`(${String.fromCharCode(27)}\\[(?:1|2|22|3[1-6]|39)m)`);

/** Special characters as JSON escapes, such as \u202e. Line breaks and our colours stay. */
export function visible(text: string): string {
  return text
    .split(colours)
    .map((part, i) =>
      i % 2 === 1 ? part : part.replace(special, (found) => (found === '\n' ? found : escaped(found))),
    )
    .join('');
}

/** The same text as JSON: there, each special character is in a string, but for the line breaks between them. */
export const visibleJson = (value: unknown): string => visible(JSON.stringify(value, null, 2));

/** Each UTF-16 unit. */
const escaped = (found: string): string =>
  found.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
