import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, test } from '@jest/globals';
import { awsClientSettings } from '../../functions/adapters/aws-client-settings.ts';
import { closeServers, serveBytes, testCertificate } from '../support/loopback-server.ts';

afterEach(closeServers);

test.each([1000, 1001, 2000, 5000])(
  'calls are made over TLS with a connection timeout of %d ms',
  async (connectionTimeout) => {
    const trusted = getCACertificates('default');
    setDefaultCACertificates([(await testCertificate()).cert]);
    try {
      const answer = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\nContent-Length: 20\r\n\r\n';
      const server = await serveBytes((socket) => socket.end(`${answer}{"SecretString":"s"}`), {});
      const client = new SecretsManagerClient({
        ...awsClientSettings({ maxAttempts: 1, connectionTimeout, requestTimeout: 3000 }),
        endpoint: `https://127.0.0.1:${server.port}`,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      });
      expect(await client.send(new GetSecretValueCommand({ SecretId: 'id' }))).toMatchObject({ SecretString: 's' });
      client.destroy();
    } finally {
      setDefaultCACertificates(trusted);
    }
  },
);
