// A gateway between the functions and the simulator that, when told to, answers as carelessly as a server can: with all
// that it was sent, and with what it should keep to itself.
import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AccessKey } from '../../functions/backtest/world/ack/gateway.ts';
import { closeServer, listenOnLoopback } from '../../infra/local/aws-stand-ins/loopback.ts';

export type Echo =
  /** A rejection that is known to have bought nothing: it is stored with its message. */
  | 'rejection'
  /** A refusal of the signature: the message waits. */
  | 'authentication'
  /** It buys, and answers an error that proves nothing. */
  | 'error-after-purchase'
  /** The look at the cluster before a purchase fails: the message comes back. */
  | 'look'
  /** The reconciler cannot follow a task: its run fails. */
  | 'follow';

export interface EchoingGateway {
  readonly url: string;
  /** Answers the next request of that kind with an echo. */
  echoNext(echo: Echo): void;
  /** Answers every further request of that kind with an echo, until it is told otherwise. */
  echoFromNowOn(echo: Echo): void;
  /** The echoes, as they were sent. */
  readonly echoes: ReadonlyMap<Echo, string>;
  close(): Promise<void>;
}

interface Careless {
  readonly action: string;
  readonly status: number;
  readonly code: string;
}

const answers: Readonly<Record<Echo, Careless>> = {
  rejection: { action: 'ScaleOutCluster', status: 400, code: 'InvalidParameter.login_password' },
  authentication: { action: 'ScaleOutCluster', status: 403, code: 'SignatureDoesNotMatch' },
  'error-after-purchase': { action: 'ScaleOutCluster', status: 500, code: 'InternalError' },
  look: { action: 'DescribeClusterDetail', status: 500, code: 'InternalError' },
  follow: { action: 'DescribeTaskInfo', status: 500, code: 'InternalError' },
};

/** @param keys the access keys that it knows, and whose secret it tells when one signs a request */
export async function startEchoingGateway(target: string, keys: readonly AccessKey[]): Promise<EchoingGateway> {
  let next: Echo | undefined;
  let isOnce = true;
  const echoes = new Map<Echo, string>();
  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      response.destroy();
      throw error;
    });
  });

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(incoming);
    if (!next || answers[next].action !== incoming.headers['x-acs-action'])
      return forward(target, incoming, body, response);
    const echo = next;
    if (isOnce) next = undefined;
    if (echo === 'error-after-purchase') await forward(target, incoming, body);
    const signer = keys.find(({ accessKeyId }) => incoming.headers.authorization?.includes(accessKeyId));
    const secrets = [signer?.accessKeySecret ?? '', ...passwordsIn(body)];
    // The secrets first: texts are cut when they are stored.
    const message = [...secrets, ...secrets.map(encodeURIComponent), body, JSON.stringify(incoming.headers)].join(' ');
    const { status, code } = answers[echo];
    const answered = JSON.stringify({ code, message, requestId: 'r-1' });
    echoes.set(echo, answered);
    response.writeHead(status, { 'content-type': 'application/json', date: new Date().toUTCString() }).end(answered);
  }

  return {
    url: await listenOnLoopback(server),
    echoes,
    echoNext: (echo) => {
      [next, isOnce] = [echo, true];
    },
    echoFromNowOn: (echo) => {
      [next, isOnce] = [echo, false];
    },
    close: () => closeServer(server),
  };
}

const passwordsIn = (body: string): readonly string[] =>
  [...body.matchAll(/"login_password":("(?:[^"\\\\]|\\\\.)*")/g)].map(([, password = '""']) =>
    String(JSON.parse(password)),
  );

/** Sends the request on as it is, its signed host included, and the answer back if somebody waits for it. */
async function forward(
  target: string,
  { method, url = '', headers }: IncomingMessage,
  body: string,
  response?: ServerResponse,
): Promise<void> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    sendRequest(new URL(url, target), { method, headers }, resolve).once('error', reject).end(body);
  });
  const answered = await text(answer);
  response?.writeHead(answer.statusCode ?? 502, answer.headers).end(answered);
}
