// A message body, from text to a value: bounded in size and depth before anything looks into it.
import { type Poison, poison } from './dialect.ts';

/** What an SQS message could hold for most of its life; no sender comes near. */
export const maxBodyBytes = 256 * 1024;
/** A callback has about a thousand bytes; decoding a form of thousands of fields would take long for nothing. */
const maxFormLength = 16 * 1024;
/** The deepest alert that is known has eight levels. Deeper input only serves to exhaust a stack. */
const maxDepth = 64;

type Read = { readonly value: unknown } | Poison;

/** Reads JSON, or the form fields of a callback as an object of texts. `what` names the text in explanations. */
export function readBody(text: string, what = 'the message'): Read {
  if (isLarge(text))
    return poison('too-large', `${what} is larger than ${maxBodyBytes / 1024} KiB; send one alert at a time`);
  if (isDeep(text)) return poison('too-deep', `${what} is nested more than ${maxDepth} levels deep; no alert is`);
  return readJson(text) ?? readForm(text) ?? notJson(what, text);
}

/** undefined for what is no JSON. Only for texts whose depth is known to be sound. */
function readJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Bounded JSON inside JSON, such as CloudWatch's reasonData; undefined where there is none. */
export function readInner(text: string): unknown {
  return isDeep(text) ? undefined : readJson(text)?.value;
}

/** UTF-16 units bound the bytes from both sides, so that ordinary bodies are not encoded only to be counted. */
function isLarge(text: string): boolean {
  if (text.length > maxBodyBytes) return true;
  return text.length * 3 > maxBodyBytes && new TextEncoder().encode(text).length > maxBodyBytes;
}

/** Counts brackets outside JSON strings, without recursion and before JSON.parse spends time on them. */
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

/** CloudMonitor posts a form, percent-encoded or raw. A body is taken for one when it has CloudMonitor's own field. */
function readForm(text: string): { readonly value: unknown } | undefined {
  if (text.length > maxFormLength || !/(?:^|&)alertState=/.test(text)) return undefined;
  return { value: Object.fromEntries(new URLSearchParams(text)) };
}

function notJson(what: string, text: string): Poison {
  // Its text is not shown: nobody knows what it is, and so what secret may be in it.
  const given = text.trim() === '' ? 'is empty' : `is no JSON (${text.length} characters)`;
  return poison('not-json', `${what} ${given}; send the alert as its sender prints it`);
}
