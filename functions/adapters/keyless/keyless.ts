// What is loaded of this folder where access keys are stored: nothing but this file.
import type { AckCredentials } from '../ack/signature.ts';
import type { Kept } from '../kept.ts';
import type { RoleOptions } from './role-credentials.ts';

/** Loads the exchange with its first use. */
export function createKeyless(options: RoleOptions): Kept<AckCredentials> {
  let loading: Promise<Kept<AckCredentials>> | undefined;
  return {
    async get() {
      loading ??= import('./role-credentials.ts').then(({ createRoleCredentials }) => createRoleCredentials(options));
      return (await loading).get();
    },
    forget() {
      loading?.then(
        (kept) => kept.forget(),
        () => undefined,
      );
    },
  };
}
