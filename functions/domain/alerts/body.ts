// Parses a message body; size and depth are checked first.
import { type Poison, poison } from './dialect.ts';

/** Far above any alert. */
export const maxBodyBytes = 256 * 1024;
/** A callback has about a thousand bytes. */
const maxFormLength = 16 * 1024;
/** The deepest known alert has eight levels. */
const maxDepth = 64;

type Read = { readonly value: unknown } | Poison;

/** JSON, or the form of a callback as an object of texts. `what` names the text in error messages. */
export function readBody(text: string, what = 'the message'): Read {
  if (isLarge(text))
    return poison('too-large', `${what} is larger than ${maxBodyBytes / 1024} KiB; send one alert at a time`);
  if (isDeep(text)) return poison('too-deep', `${what} is nested more than ${maxDepth} levels deep; no alert is`);
  return readJson(text) ?? readForm(text) ?? notJson(what, text);
}

/** undefined for what is no JSON. Check the depth first. */
function readJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** JSON inside JSON, such as CloudWatch's reasonData. */
export function readInner(text: string): unknown {
  return isDeep(text) ? undefined : readJson(text)?.value;
}

/** The number of UTF-16 units bounds the bytes, so most bodies need no encoding. */
function isLarge(text: string): boolean {
  if (text.length > maxBodyBytes) return true;
  return text.length * 3 > maxBodyBytes && new TextEncoder().encode(text).length > maxBodyBytes;
}

/** Counts brackets outside JSON strings, without recursion. */
function isDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char === '\\') i++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '[' || char === '{') {
      if (++depth > maxDepth) return true;
    } else if (char === ']' || char === '}') depth--;
  }
  return false;
}

/** CloudMonitor posts a form, percent-encoded or raw. */
function readForm(text: string): { readonly value: unknown } | undefined {
  if (text.length > maxFormLength || !/(?:^|&)alertState=/.test(text)) return undefined;
  return { value: Object.fromEntries(new URLSearchParams(text)) };
}

function notJson(what: string, text: string): Poison {
  // The text is not shown: it may hold a secret.
  const given = text.trim() === '' ? 'is empty' : `is no JSON (${text.length} characters)`;
  return poison('not-json', `${what} ${given}; send the alert as its sender prints it`);
}
