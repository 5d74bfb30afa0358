// Delivers an answer to a socket as the core has decided.
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { SimAnswer } from '../../../functions/backtest/world/ack/messages.ts';

/** Rejects with an AbortError when `signal` ends the wait. */
export async function deliver(answer: SimAnswer, response: ServerResponse, signal: AbortSignal): Promise<void> {
  const { delivery, status, headers, body } = answer;
  if (delivery.kind === 'silence') return;
  if (delivery.delayMs > 0) await wait(delivery.delayMs, undefined, { signal });
  switch (delivery.kind) {
    case 'answer':
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
      return;
    case 'cut':
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
      // After the write, so that the client gets the first bytes.
      response.write(body.slice(0, delivery.bytes), () => response.destroy());
      return;
    case 'half-close':
      response.socket?.end();
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
  }
}
