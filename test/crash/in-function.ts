// Loaded before the bundle in every function process of the crash test. The bundle itself is as it would be deployed.
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { clockRate, joinFastClock } from './fast-clock.ts';
import { processHeader } from './process-header.ts';

joinFastClock(process.env);

/** Timeouts of the ACK API's calls go with the clock. The AWS SDK's shorter ones stay: its stand-ins are no faster. */
const longTimerMs = 5000;

const realSetTimeout = globalThis.setTimeout;
const hurried = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
  realSetTimeout(run, ms >= longTimerMs ? ms / clockRate : ms, ...args);
globalThis.setTimeout = Object.assign(hurried, realSetTimeout);

// Whoever answers a request can so kill its sender, and nobody else, in that very moment.
subscribe('http.client.request.created', (message) => {
  const { request } = message as { readonly request: ClientRequest };
  request.setHeader(processHeader, String(process.pid));
});
