import { userInfo } from 'node:os';

/** The user of this command. A user id in a container may have no name. */
export function operatorName(): string {
  try {
    return userInfo().username || 'unknown';
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
