interface Patience {
  readonly maxAttempts: number;
  /** Milliseconds of one attempt. */
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
}

/** By Node's own choice, each address of a name but the last gets so long. */
const attemptMs = 250;

/** How long an AWS client tries. */
export const awsClientSettings = ({ maxAttempts, ...timeouts }: Patience) => ({
  maxAttempts,
  requestHandler: {
    ...timeouts,
    // Without it the SDK only logs a warning and keeps waiting.
    throwOnRequestTimeout: true,
    // A person may be an ocean away from the Region: who has patience waits longer for an address.
    httpsAgent: { autoSelectFamilyAttemptTimeout: Math.max(attemptMs, timeouts.connectionTimeout / 3) },
  },
});
