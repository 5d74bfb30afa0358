// Servers of the engine listen on 127.0.0.1 only, on a free port.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** @returns the origin, as http://127.0.0.1:12345 */
export async function listenOnLoopback(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (!isAddressInfo(address)) throw new Error('the server listens on no port');
  return `http://127.0.0.1:${address.port}`;
}

/** Frees the port and drops idle connections. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
  server.closeAllConnections();
  await closed;
}

const isAddressInfo = (address: AddressInfo | string | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;
