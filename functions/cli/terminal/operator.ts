import { userInfo } from 'node:os';

/** Who types the command. A container may run under a user id that has no name. */
export function operatorName(): string {
  try {
    return userInfo().username || 'unknown';
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
