/** Each is a directory of functions/ that exports `handler` from its handler.ts. */
export const functionNames = ['scale-out', 'reconcile', 'receive-alert', 'announce'] as const;
export type FunctionName = (typeof functionNames)[number];
