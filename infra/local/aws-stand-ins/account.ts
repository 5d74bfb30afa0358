// The account that the engine plays: the stand-ins check neither of these, but every client must send something.
export const account = {
  id: '000000000000',
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;

/** What the SDK's clients need to talk to a stand-in. */
export const clientOf = (endpoint: string) => ({
  endpoint,
  region: account.region,
  credentials: account.credentials,
});
