// The file by which commands find a running local engine. It holds local addresses, the config, and no secrets.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as z from 'zod/mini';

/** By which its functions name their stack in metrics. */
export const engineStackName = 'local';

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
    cloudwatch: text,
    ack: text,
    /** With `alibaba`. */
    sts: z.exactOptional(text),
    alibabaSts: z.exactOptional(text),
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
  /** ARNs of roles, in the place of the access keys. */
  alibaba: z.exactOptional(z.object({ oidcProviderArn: text, buyerRoleArn: text, readerRoleArn: text })),
  /** The text of configText: what its functions read. */
  config: z.exactOptional(text),
});

export type EngineInfo = z.output<typeof engineInfo>;

/** With the engines that started before it and still run. */
const registration = z.object({ ...engineInfo.shape, earlier: z.exactOptional(z.array(engineInfo)) });

/** A second engine comes before the first, until it ends. @param say gets a line about the first */
export function registerEngine(
  info: EngineInfo,
  say: (text: string) => void = (text) => void process.stderr.write(`${text}\n`),
): void {
  const earlier = running().filter(({ pid }) => pid !== info.pid);
  const [first] = earlier;
  if (first)
    say(
      `Another local engine runs already (process ${first.pid}, since ${first.startedAt}). Commands work on this one (process ${info.pid}) until it ends.`,
    );
  write([info, ...earlier]);
}

/** The engines that started before are found again. Leaves one alone that started later. */
export function unregisterEngine(): void {
  const left = running().filter(({ pid }) => pid !== process.pid);
  if (left.length > 0) write(left);
  else if (readEngine()?.pid === process.pid) rmSync(engineFile(), { force: true });
}

function write([latest, ...earlier]: readonly EngineInfo[]): void {
  const info = { ...latest, ...(earlier.length > 0 && { earlier }) };
  const file = engineFile();
  mkdirSync(dirname(file), { recursive: true });
  // Renaming is atomic: a command never reads half a file.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

export function findEngine(): EngineInfo | undefined {
  return running()[0];
}

/** The latest first. */
function running(): readonly EngineInfo[] {
  const read = readEngine();
  if (!read) return [];
  const { earlier = [], ...latest } = read;
  return [latest, ...earlier].filter(({ pid }) => isAlive(pid));
}

function engineFile(): string {
  const { EDGE_SCALE_OUT_ENGINE } = process.env;
  const root = resolve(import.meta.dirname, '../..');
  return EDGE_SCALE_OUT_ENGINE || resolve(root, 'node_modules/.cache/edge-scale-out/engine.json');
}

/** undefined for a missing or unreadable file, and for one of another version. */
function readEngine(): z.output<typeof registration> | undefined {
  try {
    return registration.parse(JSON.parse(readFileSync(engineFile(), 'utf8')));
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
