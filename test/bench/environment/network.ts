// A network in front of the services: TLS, the time of a round trip, and the time that a service takes for its answer. So a handshake
// costs what it costs a deployed function. What a browser of figures must know: a round trip is taken on the way back.
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';

interface Distance {
  /** Milliseconds of a round trip: one for TCP, one for TLS, one for a request. */
  readonly roundTripMs: number;
  /** Milliseconds that an answer takes on top. */
  readonly answerMs: number;
}

/** From a function to each service. Within a Region a round trip is short, and the service takes the time. */
export const distances = {
  dynamodb: { roundTripMs: 1, answerMs: 2 },
  secretsManager: { roundTripMs: 1, answerMs: 29 },
  ack: { roundTripMs: 40, answerMs: 0 },
} as const satisfies Record<string, Distance>;

const certificateFile = fileURLToPath(new URL('../../fixtures/tls/certificate.pem', import.meta.url));
const keyFile = fileURLToPath(new URL('../../fixtures/tls/key.pem', import.meta.url));

/** That a function's process trusts the network. */
export const trust = { NODE_EXTRA_CA_CERTS: certificateFile } as const;

export interface Way {
  readonly url: string;
  /** Connections since the last time. */
  takeConnections(): number;
}

/** A way to a service that has HTTP on a port of this machine. */
export async function openWay(servicePort: number, { roundTripMs, answerMs }: Distance): Promise<Way> {
  const tls = createTlsServer({ key: readFileSync(keyFile), cert: readFileSync(certificateFile) }, (client) =>
    join(client, servicePort, answerMs, 0),
  );
  const tlsPort = await listen(tls);
  let connections = 0;
  const far = createServer((client) => {
    connections += 1;
    join(client, tlsPort, roundTripMs, roundTripMs);
  });
  return {
    url: `https://127.0.0.1:${await listen(far)}`,
    takeConnections() {
      const taken = connections;
      connections = 0;
      return taken;
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** @param backMs by which the way back takes longer @param connectMs until the first byte goes on */
function join(client: Socket, port: number, backMs: number, connectMs: number): void {
  const service = connect({ port, host: '127.0.0.1' });
  client.setNoDelay();
  service.setNoDelay();
  const forward = () => client.pipe(service);
  if (connectMs > 0) setTimeout(forward, connectMs);
  else forward();
  service.on('data', (chunk: Buffer) => setTimeout(() => client.writable && client.write(chunk), backMs));
  service.on('end', () => setTimeout(() => client.end(), backMs));
  for (const [one, other] of [
    [client, service],
    [service, client],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => setTimeout(() => other.destroy(), backMs));
  }
}
