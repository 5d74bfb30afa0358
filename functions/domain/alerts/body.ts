// Parses a message body; size and depth are checked first.
import { parseJson } from '../record.ts';
import { type Poison, poison } from './dialect.ts';

/** One SQS message has 1 MiB for its body and its attributes. A dead letter has less than 8 KiB of attributes. */
export const maxBodyBytes = 1024 * 1024 - 8 * 1024;
/** A callback has about a thousand bytes. */
const maxFormLength = 16 * 1024;
/** The deepest known alert has eight levels. */
const maxDepth = 64;

type Read = { readonly value: unknown } | Poison;

/** JSON, or the form of a callback as an object of texts. `what` names the text in error messages. */
export function readBody(body: string, what = 'the message', maxBytes = maxBodyBytes): Read {
  // A sender may write the byte order mark, which JSON.parse refuses.
  const text = body.startsWith('\uFEFF') ? body.slice(1) : body;
  if (isLarge(body, maxBytes))
    return poison('too-large', `${what} is larger than ${maxBytes / 1024} KiB; send fewer alerts at a time`);
  if (isDeep(text)) return poison('too-deep', `${what} is nested more than ${maxDepth} levels deep; no alert is`);
  const json = parseJson(text);
  const value = json === undefined ? readForm(text) : json;
  return value === undefined ? notJson(what, text) : { value };
}

/** JSON inside JSON, such as CloudWatch's reasonData. */
export function readInner(text: string): unknown {
  return isDeep(text) ? undefined : parseJson(text);
}

/** The number of UTF-16 units bounds the bytes, so most bodies need no encoding. */
function isLarge(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  return text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes;
}

const [quote, backslash] = [0x22, 0x5c];
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Counts brackets outside JSON strings, without recursion. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === quote) i = endOfString(text, i);
    else if (unit === openArray || unit === openObject) {
      if (++depth > maxDepth) return true;
    } else if (unit === closeArray || unit === closeObject) depth--;
  }
  return false;
}

/** @returns the index of the quote that ends the string; that of the last character for a string without an end */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before--;
    // After an odd number of backslashes the quote is part of the string.
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}

/** CloudMonitor posts a form, percent-encoded or raw. */
function readForm(text: string): Readonly<Record<string, string>> | undefined {
  if (text.length > maxFormLength || !/(?:^|&)alertState=/.test(text)) return undefined;
  return Object.fromEntries(new URLSearchParams(text));
}

function notJson(what: string, text: string): Poison {
  // The text is not shown: it may hold a secret.
  const given = text.trim() === '' ? 'is empty' : `is no JSON (${text.length} characters)`;
  return poison('not-json', `${what} ${given}; send the alert as its sender prints it`);
}
