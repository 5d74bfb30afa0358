import type { Log } from '../../functions/adapters/log.ts';

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
