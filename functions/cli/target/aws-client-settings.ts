/** For the AWS SDK's clients. A person waits for the answer, so nothing hangs for long. */
export const awsClientSettings = {
  maxAttempts: 3,
  // Without the last one the SDK only warns when the time is over, and goes on waiting.
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;
