// All ways to send a message to the system.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { account } from '../aws-stand-ins/account.ts';
import type { Engine } from '../engine.ts';

export interface EntryPoints extends Pick<Engine, 'send' | 'publishAlarm' | 'fireSchedule'> {
  /** Posts to the webhook of a cluster. @throws Error unless it answers 202 */
  post(sender: Sender, cluster: string, body: string): Promise<void>;
  /** Runs `scale-out enqueue` for one node. @returns its message */
  enqueue(cluster: string, key: string): Promise<string>;
}

/** With the token in a header, or in the path. */
export type Sender = 'alertmanager' | 'cloudmonitor';

export const entryPointsOf = (engine: Engine): EntryPoints => ({
  send: engine.send,
  publishAlarm: engine.publishAlarm,
  fireSchedule: engine.fireSchedule,
  post: (sender, cluster, body) => post(engine, sender, cluster, body),
  enqueue: (cluster, key) => enqueue(engine, cluster, key),
});

async function post({ webhook: { url, token } }: Engine, sender: Sender, cluster: string, body: string): Promise<void> {
  const path = `${url}/alerts/${sender}/${cluster}`;
  const response =
    sender === 'alertmanager'
      ? await fetch(path, { method: 'POST', headers: { authorization: `Bearer ${token}`, ...json }, body })
      : await fetch(`${path}/token/${token}`, { method: 'POST', headers: form, body });
  const answer = await response.text();
  if (response.status !== 202) throw new Error(`the webhook answered ${sender} with ${response.status}: ${answer}`);
}

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' };

const command = resolve(import.meta.dirname, '../../../functions/cli/scale-out.ts');
const printedSchema = z.object({ message: z.record(z.string(), z.unknown()) });

/** With --queue-url: the registered engine may be another one. */
async function enqueue({ info }: Engine, cluster: string, key: string): Promise<string> {
  const options = { cluster, add: '1', reason: 'npm start', key, 'queue-url': info.queueUrl };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const { stdout } = await promisify(execFile)(process.execPath, [command, 'enqueue', '--json', ...flags], {
    env: commandEnv(info.region),
  });
  return JSON.stringify(printedSchema.parse(JSON.parse(stdout)).message);
}

/** Without the user's AWS settings. */
function commandEnv(region: string): Record<string, string> {
  const { PATH = '', SystemRoot } = process.env;
  const { accessKeyId, secretAccessKey } = account.credentials;
  return {
    PATH,
    ...(SystemRoot && { SystemRoot }),
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
}
