import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  type AckSimulator,
  type AckSimulatorOptions,
  startAckSimulator,
} from '../../../infra/local/ack-simulator/server.ts';
import { accessKey, clusterId, jsonOf, utc, validBody } from './support.ts';

const running: AckSimulator[] = [];

export const closeAll = () => Promise.all(running.splice(0).map((simulator) => simulator.close()));

export async function start(options: Partial<AckSimulatorOptions> = {}) {
  const simulator = await startAckSimulator({
    clusters: [{ id: clusterId, region: 'cn-beijing' }],
    accessKeys: [accessKey],
    verifySignatures: false,
    ...options,
  });
  running.push(simulator);
  return simulator;
}

type Answer = { status: number | undefined; headers: IncomingHttpHeaders; body: string };
type Call = { method?: string; headers?: Record<string, string>; body?: string };

/** One request over one connection of its own; rejects as node:http does when the answer is lost. */
export async function call(url: string, { method = 'GET', headers = {}, body = '' }: Call = {}): Promise<Answer> {
  const sent = httpRequest(url, { method, headers, agent: false }).end(body);
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

let sent = 0;
function headersFor(action: string, { core }: AckSimulator) {
  sent += 1;
  return {
    'content-type': 'application/json; charset=utf-8',
    'x-acs-version': '2015-12-15',
    'x-acs-action': action,
    'x-acs-date': utc(core.now()),
    'x-acs-signature-nonce': `nonce-${sent}`,
  };
}

export const scaleOut = (simulator: AckSimulator, body: string = JSON.stringify(validBody)) =>
  call(`${simulator.url}/api/v2/clusters/${clusterId}`, {
    method: 'POST',
    headers: headersFor('ScaleOutCluster', simulator),
    body,
  });

export const listTasks = (simulator: AckSimulator) =>
  call(`${simulator.url}/clusters/${clusterId}/tasks`, { headers: headersFor('DescribeClusterTasks', simulator) });

export const connectTo = ({ url }: AckSimulator) => connect(Number(new URL(url).port), '127.0.0.1');

/** The same request on a bare socket, where node:http does not hide how the connection ended. */
export function rawScaleOut(simulator: AckSimulator) {
  const body = JSON.stringify(validBody);
  const headers = { host: 'localhost', 'content-length': body.length, ...headersFor('ScaleOutCluster', simulator) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connectTo(simulator);
  socket.write(`POST /api/v2/clusters/${clusterId} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
  return socket;
}

export const control = async ({ url }: AckSimulator, method: string, path: string, body?: object | string) => {
  const answer = await call(`${url}/_simulator/${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, json: jsonOf(answer) };
};
