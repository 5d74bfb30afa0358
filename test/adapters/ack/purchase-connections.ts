// What a purchase does with its connections, as scenarios over real sockets and TLS. Each tells what was observed: the test compares
// that with what must be, and the mutants must show something else.
import type { Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createAckClient } from '../../../functions/adapters/ack/client.ts';
import { createHttpTransport } from '../../../functions/adapters/ack/http-transport.ts';
import { closedPort, closeServers, isComplete, serveBytes, testCertificate } from '../../support/loopback-server.ts';
import { aWorker } from '../../support/samples.ts';

const [clusterId, region] = ['C1', 'cn-hangzhou'];
const accepted = 'HTTP/1.1 202 Accepted\r\nContent-Length: 17\r\n\r\n{"task_id":"T-1"}';
const found = 'HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{"state":"running"}';

interface World {
  /** Of the connections that came so far, what each has sent. */
  readonly connections: () => readonly string[];
  readonly prepare: () => void;
  /** Once so many connections are up at the server. */
  readonly up: (connections: number) => Promise<void>;
  readonly buy: (nonce?: string) => Promise<string>;
  readonly look: () => Promise<string>;
  readonly pass: (by: { readonly wallMs?: number; readonly monotonicMs?: number }) => void;
  readonly end: () => void;
  /** The n-th connection at the server. */
  readonly socket: (n: number) => Socket;
}

/** @param answer is called with each request, that of the n-th connection, from 1 on */
async function inWorld(
  answer: (socket: Socket, n: number, text: string) => void,
  observe: (world: World) => Promise<unknown>,
  isListening = true,
): Promise<unknown> {
  const trusted = getCACertificates('default');
  setDefaultCACertificates([(await testCertificate()).cert]);
  const sockets: Socket[] = [];
  const waiting: (() => void)[] = [];
  const server = await serveBytes(
    (socket, text) => {
      if (isComplete(text)) answer(socket, sockets.indexOf(socket) + 1, text);
    },
    {},
    (socket) => {
      sockets.push(socket);
      for (const look of waiting) look();
    },
  );
  let [wallMs, monotonicMs] = [1_000_000, 1_000_000];
  const transport = createHttpTransport(undefined, { wall: () => wallMs, monotonic: () => monotonicMs });
  let nonces = 0;
  const client = createAckClient({
    transport,
    credentials: async () => ({ accessKeyId: 'LTAI5tEXAMPLE', accessKeySecret: 'EXAMPLEsecret0123' }),
    loginPassword: async () => 'Hello1234!',
    now: () => 1_796_000_000_000,
    newNonce: () => `look-${++nonces}`,
    endpoint: `https://127.0.0.1:${isListening ? server.port : closedPort}`,
  });
  try {
    return await observe({
      connections: () => server.received.map(({ text }) => text),
      prepare: () => client.prepareScaleOut(clusterId, region),
      async up(connections) {
        while (sockets.length < connections) await new Promise<void>((resolve) => waiting.push(resolve));
        // The client hears of it with the bytes that the server has written by now.
        await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      },
      async buy(nonce = 'nonce-1') {
        const template = aWorker();
        const purchase = { clusterId, region, template, count: 1, nonce, signedAt: 1_796_000_000_000 };
        return (await client.scaleOut(purchase)).kind;
      },
      look: () =>
        client.describeCluster(clusterId, region).then(
          ({ state }) => state,
          () => 'failed',
        ),
      pass(by) {
        wallMs += by.wallMs ?? 0;
        monotonicMs += by.monotonicMs ?? 0;
      },
      end: transport.close,
      socket: (n) => sockets[n - 1] as Socket,
    });
  } finally {
    transport.close();
    await closeServers();
    setDefaultCACertificates(trusted);
  }
}

const sells = (socket: Socket) => socket.write(accepted);
const resets = (socket: Socket) => socket.destroy();
const answers = (socket: Socket, _: number, text: string) => socket.write(text.startsWith('GET') ? found : accepted);
/** How many requests came over each connection. */
const requests = ({ connections }: World) => connections().map((text) => text.split(' HTTP/1.1\r\n').length - 1);

/** An aged connection, as the clocks tell. */
const aged = (by: Parameters<World['pass']>[0]) => () =>
  inWorld(sells, async (world) => {
    world.prepare();
    await world.up(1);
    world.pass(by);
    return [await world.buy(), requests(world)];
  });

export const scenarios = {
  'goes over the connection that was opened for it': () =>
    inWorld(sells, async (world) => {
      world.prepare();
      await world.up(1);
      return [await world.buy(), requests(world)];
    }),
  'waits for the handshake of its connection': () =>
    inWorld(sells, async (world) => {
      world.prepare();
      return [await world.buy(), requests(world)];
    }),
  'is in doubt when its connection was up before and resets after the request': () =>
    inWorld(resets, async (world) => {
      world.prepare();
      await world.up(1);
      return [await world.buy(), requests(world)];
    }),
  'is in doubt when a new connection resets after the request': () =>
    inWorld(resets, async (world) => [await world.buy(), requests(world)]),
  'takes a new connection when that is four seconds old by the wall clock': aged({ wallMs: 4001 }),
  'takes a new connection when that is four seconds old by the monotonic clock': aged({ monotonicMs: 4001 }),
  'takes a new connection when the wall clock was set back': aged({ wallMs: -1, monotonicMs: 10 }),
  'takes that which is just not too old': aged({ wallMs: 4000, monotonicMs: 4000 }),
  'never shares its connection with another purchase': () =>
    inWorld(sells, async (world) => {
      world.prepare();
      await world.up(1);
      return [await world.buy('nonce-1'), await world.buy('nonce-2'), await world.buy('nonce-3'), requests(world)];
    }),
  'never takes the connection of a read, nor a read that of a purchase': () =>
    inWorld(answers, async (world) => {
      world.prepare();
      await world.up(1);
      return [await world.look(), await world.look(), await world.buy(), requests(world)];
    }),
  'takes a new connection when the server has ended the first': () =>
    inWorld(sells, async (world) => {
      world.prepare();
      await world.up(1);
      await new Promise((resolve) => world.socket(1).end().once('close', resolve));
      return [await world.buy(), requests(world)];
    }),
  'takes a new connection when the server has said something before': () =>
    inWorld(answers, async (world) => {
      world.prepare();
      await world.up(1);
      // Without a delay for the acknowledgement of the session tickets.
      world.socket(1).setNoDelay().write('HTTP/1.1 408 Request Timeout\r\n\r\n');
      // The read's answer comes over a later connection: by then the client has heard what was said on the first.
      return [await world.look(), await world.buy(), requests(world)];
    }),
  'has left nothing behind that was not used': () =>
    inWorld(sells, async (world) => {
      world.prepare();
      await world.up(1);
      world.end();
      // As the answer comes over a later connection, the server has seen the end of the first by then.
      return [await world.buy(), world.socket(1).destroyed, requests(world)];
    }),
  'is proven unsent where neither connection comes up': () =>
    inWorld(
      sells,
      async (world) => {
        world.prepare();
        return [await world.buy(), requests(world)];
      },
      false,
    ),
  'is never repeated, also when a read just was': () =>
    inWorld(
      // The first connection answers once, and breaks with its second request.
      (socket, n, text) => {
        if (text.includes('POST') || text.split('GET').length > 2) socket.destroy();
        else socket.write(n === 0 ? '' : found);
      },
      async (world) => [await world.look(), await world.look(), await world.buy(), requests(world)],
    ),
  'lets a read fail that fails on a new connection as well': () =>
    inWorld(
      (socket, n, text) => {
        if (n > 1 || text.split('GET').length > 2) socket.destroy();
        else socket.write(found);
      },
      async (world) => [await world.look(), await world.look(), requests(world)],
    ),
} as const satisfies Readonly<Record<string, () => Promise<unknown>>>;

export type ScenarioName = keyof typeof scenarios;
