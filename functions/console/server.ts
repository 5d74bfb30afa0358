// The console's server: on 127.0.0.1 and a free port, until it is closed or has been idle.
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { createAccess } from './access.ts';
import { createApp } from './app.ts';
import type { Place } from './reading/place.ts';
import { createReadings } from './reading/readings.ts';

export interface ConsoleServer {
  /** A new URL each time: it admits one browser once. */
  link(): string;
  /** Resolves when the server has ended, by `close` or for being idle. */
  readonly ended: Promise<'closed' | 'idle'>;
  close(): void;
}

/** @param idleMs after the last request it ends by itself; Infinity for never */
export async function startConsole(place: Place, idleMs: number): Promise<ConsoleServer> {
  const { promise: ended, resolve: end } = Promise.withResolvers<'closed' | 'idle'>();
  let host = '';
  let timer: NodeJS.Timeout | undefined;
  const touch = () => {
    clearTimeout(timer);
    if (Number.isFinite(idleMs)) timer = setTimeout(() => stop('idle'), idleMs).unref();
  };
  const access = createAccess(() => host);
  const readings = createReadings(place);
  const server = serve({
    fetch: createApp(place, readings, access, touch).fetch,
    hostname: '127.0.0.1',
    port: 0,
  });
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  function stop(why: 'closed' | 'idle') {
    clearTimeout(timer);
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
    end(why);
  }
  touch();
  return { link: () => access.link(`http://${host}`), ended, close: () => stop('closed') };
}
