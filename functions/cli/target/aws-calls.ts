import { awsClientSettings } from '../../adapters/aws-client-settings.ts';

/** Short timeouts: a person waits for the command. */
export const awsCalls = awsClientSettings({ maxAttempts: 3, connectionTimeout: 3000, requestTimeout: 10_000 });
