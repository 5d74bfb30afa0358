/** Whether what is done every so often is done in this minute: the timer comes once in each. @param now epoch milliseconds */
export const isDue = (now: number, everyMs: number): boolean => Math.floor(now / 60_000) % (everyMs / 60_000) === 0;
