// Credentials of a RAM role without a stored key: AWS says who the function is, and Alibaba Cloud's STS believes it.
import type { STSClientConfig } from '@aws-sdk/client-sts';
import { timings } from '../../domain/timings.ts';
import type { Transport } from '../ack/http-transport.ts';
import type { AckCredentials } from '../ack/signature.ts';
import { createKept, type Kept } from '../kept.ts';
import { type AssumedRole, createAssumeRole } from './assume-role.ts';
import { createTokenReader } from './web-identity-token.ts';

export interface RoleOptions {
  readonly role: AssumedRole;
  /** 2 to 64 letters, digits and . @ - _ */
  readonly session: string;
  /** Settings of the client of AWS STS. */
  readonly aws: STSClientConfig;
  readonly transport: Transport;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly newNonce: () => string;
  /** Replaces the STS of Alibaba Cloud. */
  readonly endpoint?: string | undefined;
}

/** They fail with an ExchangeError. A failure is not kept. */
export function createRoleCredentials({ role, session, aws, now, ...deps }: RoleOptions): Kept<AckCredentials> {
  const readToken = createTokenReader(aws);
  const assumeRole = createAssumeRole(role, session, { ...deps, now });
  return createKept({
    read: async () => assumeRole(await readToken()),
    until: ({ expiresAt }) => expiresAt - timings.roleCredentialsSpareMs,
    renewFrom: ({ expiresAt }) => expiresAt - timings.roleCredentialsRenewMs,
    pendingMs: timings.pendingExchangeMs,
    now,
  });
}
