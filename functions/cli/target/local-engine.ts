// The file by which commands find a running local engine. It holds local addresses and no secrets.
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
  notesTableName: text,
  alarmTopicArn: text,
  eventTopicArn: text,
  /** By the names of `secrets set`. */
  secretIds: z.record(z.string(), text),
});

export type EngineInfo = z.output<typeof engineInfo>;

/** A second engine replaces the first. */
export function registerEngine(info: EngineInfo): void {
  const file = engineFile();
  mkdirSync(dirname(file), { recursive: true });
  // Renaming is atomic: a command never reads half a file.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** Leaves the file of an engine that started later. */
export function unregisterEngine(): void {
  if (readEngine()?.pid === process.pid) rmSync(engineFile(), { force: true });
}

export function findEngine(): EngineInfo | undefined {
  const info = readEngine();
  return info && isAlive(info.pid) ? info : undefined;
}

function engineFile(): string {
  const { EDGE_SCALE_OUT_ENGINE } = process.env;
  const root = resolve(import.meta.dirname, '../..');
  return EDGE_SCALE_OUT_ENGINE || resolve(root, 'node_modules/.cache/edge-scale-out/engine.json');
}

/** undefined for a missing or unreadable file, and for one of another version. */
function readEngine(): EngineInfo | undefined {
  try {
    return engineInfo.parse(JSON.parse(readFileSync(engineFile(), 'utf8')));
  } catch {
    return undefined;
  }
}

/** A killed engine leaves its file behind. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // The process belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
