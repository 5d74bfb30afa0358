/** An item as its only writer typed it: so the type is asserted, not parsed. */
export const stored = <T>(item: unknown): T => item as T;
