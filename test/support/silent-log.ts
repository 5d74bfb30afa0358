import type { Log } from '../../functions/adapters/telemetry/log.ts';

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
