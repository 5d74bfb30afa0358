/** A JSON object. Fields are read with `own`: `constructor` and the like are not fields. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** undefined for null, too: senders write both for what is absent. */
export function own(object: JsonObject, key: string): unknown {
  const value = object[key] ?? undefined;
  return value === undefined || Object.hasOwn(object, key) ? value : undefined;
}

/** The same for what is read by a schema: without the fields that hold null, at any depth of objects. */
export function withoutNulls(object: JsonObject): JsonObject {
  const entries = Object.entries(object);
  const kept = entries.flatMap(([key, value]) =>
    value === null ? [] : [[key, isObject(value) ? withoutNulls(value) : value] as const],
  );
  const isSame = kept.length === entries.length && kept.every(([key, value]) => value === object[key]);
  return isSame ? object : Object.fromEntries(kept);
}

/** undefined for a text that is no JSON. The parser's own error would quote the text, which may hold a secret. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
