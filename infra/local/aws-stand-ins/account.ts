// The account of the local engine. The stand-ins check nothing of it.
export const account = {
  id: '000000000000',
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;

/** Settings of the SDK's clients for a stand-in. */
export const clientOf = (endpoint: string) => ({
  endpoint,
  region: account.region,
  credentials: account.credentials,
});
