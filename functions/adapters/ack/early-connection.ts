// A connection that is opened before its request: the handshake then runs beside what comes before a purchase. Whether a purchase
// left hangs on it: a request on a connection that is up already sees no `connect`, so the connection itself says what it carried.
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Milliseconds. Two, as a frozen process may stop the one, and a person set the other. */
export interface Clocks {
  readonly wall: () => number;
  readonly monotonic: () => number;
}

export const systemClocks: Clocks = { wall: Date.now, monotonic: () => performance.now() };

/** How long ago it is now, by the clock that says more; infinite where one of them went back. */
export function startAge({ wall, monotonic }: Clocks): () => number {
  const [wallThen, monotonicThen] = [wall(), monotonic()];
  return () => {
    const ages = [wall() - wallThen, monotonic() - monotonicThen];
    return ages.every((age) => age >= 0) ? Math.max(...ages) : Number.POSITIVE_INFINITY;
  };
}

/** An older one is not used: the gateway may be closing it, and a frozen process knows nothing of its connections. */
const maxAgeMs = 4000;

export interface EarlyConnection {
  /** Settles once it is up, or has failed. */
  readonly settled: Promise<void>;
  /** The connection, for one request: undefined unless it is up, young and was never used. Call it when bytes are to be written. */
  use(): Socket | undefined;
  /** Whether it may be used for a while yet. */
  readonly isYoung: () => boolean;
  /** Whether a request got it. What failed before then has sent nothing over it. */
  readonly isUsed: () => boolean;
  /** Destroys it, unless a request got it. */
  close(): void;
}

interface Options {
  readonly connectTimeoutMs: number;
  /** For each address of the name. */
  readonly attemptTimeoutMs: number;
  readonly lookup: LookupFunction | undefined;
  readonly clocks: Clocks;
}

/** Never throws. @param url of the request, with http or https */
export function openEarly(url: string, options: Options): EarlyConnection {
  const { connectTimeoutMs, attemptTimeoutMs: autoSelectFamilyAttemptTimeout, lookup, clocks } = options;
  const { protocol, hostname, port } = new URL(url);
  const isTls = protocol === 'https:';
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const target = {
    host,
    port: Number(port) || (isTls ? 443 : 80),
    autoSelectFamilyAttemptTimeout,
    ...(lookup && { lookup }),
  };
  const ageMs = startAge(clocks);
  const socket = isTls
    ? connectTls({ ...target, ALPNProtocols: ['http/1.1'], ...(isIP(host) === 0 && { servername: host }) })
    : connectTcp(target);
  let isUp = false;
  let isUsed = false;
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
  const giveUp = () => socket.destroy();
  const limit = setTimeout(giveUp, connectTimeoutMs).unref();
  const up = () => {
    isUp = true;
    clearTimeout(limit);
    settle();
  };
  socket.once(isTls ? 'secureConnect' : 'connect', up);
  // It has no request yet, so a byte or an end of the other side makes it useless.
  socket.on('data', giveUp).on('end', giveUp);
  socket.on('error', () => undefined);
  socket.once('close', () => {
    clearTimeout(limit);
    settle();
  });
  return {
    settled,
    use() {
      if (!isUp || isUsed || socket.destroyed || !socket.writable || ageMs() > maxAgeMs) return undefined;
      isUsed = true;
      socket.off('data', giveUp).off('end', giveUp);
      return socket;
    },
    isYoung: () => !socket.destroyed && ageMs() < maxAgeMs / 2,
    isUsed: () => isUsed,
    close() {
      if (!isUsed) socket.destroy();
    },
  };
}
