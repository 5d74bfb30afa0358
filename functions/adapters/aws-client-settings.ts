interface CallLimits {
  readonly maxAttempts: number;
  /** Milliseconds of one attempt. */
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
}

/** Node's default for each address of a name but the last. */
const attemptMs = 250;

/** How often and how long an AWS client tries. */
export const awsClientSettings = ({ maxAttempts, ...timeouts }: CallLimits) => ({
  maxAttempts,
  requestHandler: {
    ...timeouts,
    // Without it the SDK only logs a warning and keeps waiting.
    throwOnRequestTimeout: true,
    // The Region may be an ocean away from the machine of an operator: a longer timeout leaves each address more time, in whole milliseconds.
    httpsAgent: { autoSelectFamilyAttemptTimeout: Math.max(attemptMs, Math.ceil(timeouts.connectionTimeout / 3)) },
  },
});

/**
 * Of what buys and what announces. A write that hangs would eat the time in which the purchase must be settled, and delays all later
 * changes of the stream: give up early, try three times.
 */
export const functionCalls = awsClientSettings({ maxAttempts: 3, connectionTimeout: 1000, requestTimeout: 3000 });
