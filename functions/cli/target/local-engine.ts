// How the commands find a running local engine, and the engine says that it runs: one small file, in the folder that
// tools keep their caches in. It holds addresses on this machine and no secrets.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));

const engineInfo = z.object({
  pid: z.int().check(z.positive()),
  startedAt: text,
  region: text,
  endpoints: z.object({
    sqs: text,
    sns: text,
    dynamodb: text,
    secretsManager: text,
    ack: text,
    webhook: z.exactOptional(text),
  }),
  queueUrl: text,
  deadLetterQueueUrl: text,
  tableName: text,
  alarmTopicArn: text,
  eventTopicArn: text,
  /** Ids of the secrets, by the engine's own names for them. */
  secretIds: z.record(z.string(), text),
});

export type EngineInfo = z.output<typeof engineInfo>;

/** Says that this engine runs. A second one takes the place of the first. */
export function registerEngine(info: EngineInfo): void {
  const file = engineFile();
  mkdirSync(dirname(file), { recursive: true });
  // Renaming is atomic: a command that reads meanwhile sees the old file or the new one, never half of one.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** Takes back what this process said; what an engine that started later says is left alone. */
export function unregisterEngine(): void {
  if (readEngine()?.pid === process.pid) rmSync(engineFile(), { force: true });
}

/** The local engine that runs now, if one does. */
export function findEngine(): EngineInfo | undefined {
  const info = readEngine();
  return info && isAlive(info.pid) ? info : undefined;
}

function engineFile(): string {
  const { EDGE_SCALE_OUT_ENGINE } = process.env;
  const root = resolve(import.meta.dirname, '../..');
  return EDGE_SCALE_OUT_ENGINE || resolve(root, 'node_modules/.cache/edge-scale-out/engine.json');
}

/** What is missing, unreadable, or written by another version says nothing about an engine. */
function readEngine(): EngineInfo | undefined {
  try {
    return engineInfo.parse(JSON.parse(readFileSync(engineFile(), 'utf8')));
  } catch {
    return undefined;
  }
}

/** An engine that was killed leaves its file behind. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // The process of another user exists as well.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
