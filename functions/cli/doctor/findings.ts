import { describeError } from '../terminal/errors.ts';

export interface CheckResult {
  /** warn: it works, with a remark. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly says: string;
  readonly remedy?: string;
}

export interface Finding extends CheckResult {
  readonly what: string;
}

export const ok = (says: string): CheckResult => ({ status: 'ok', says });
export const warn = (says: string, remedy: string): CheckResult => ({ status: 'warn', says, remedy });
export const fail = (says: string, remedy: string): CheckResult => ({ status: 'fail', says, remedy });

/** Runs one check. Its error is the finding. */
export async function runCheck(
  what: string,
  check: () => Promise<CheckResult>,
  remedyFor: (error: unknown) => string,
): Promise<Finding> {
  try {
    return { what, ...(await check()) };
  } catch (error) {
    return { what, ...fail(describeError(error), remedyFor(error)) };
  }
}
