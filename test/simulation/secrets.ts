// The secrets of the simulated world, and how one is found where it must never be.

/** Both have it in them, and nothing else has. */
const mark = 'not-for-anybody';
export const loginPassword = `Login1-${mark}`;
export const accessKey = { accessKeyId: 'id', accessKeySecret: `key-${mark}` } as const;

/** Whether any text in the value holds a secret. Cheap: it is asked of every write and every log line. */
export function holdsSecret(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(mark);
  if (typeof value !== 'object' || value === null) return false;
  // As it is logged.
  if (value instanceof Error) return holdsSecret(value.message);
  // Not for...in with value[name]: V8 optimizes that for the shapes seen so far, over and over.
  for (const inner of Object.values(value)) if (typeof inner !== 'number' && holdsSecret(inner)) return true;
  return false;
}
