/** For promises whose failure is a case like others: `await read().catch(asError)`. */
export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
