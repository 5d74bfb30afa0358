/** Short timeouts: a person waits for the command. */
export const awsClientSettings = {
  maxAttempts: 3,
  // Without throwOnRequestTimeout the SDK only logs a warning and keeps waiting.
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;
