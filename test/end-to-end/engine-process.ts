// `npm start` as a process of its own, in this project or in a copy of it with another config.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const project = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'npm-start-'));
const running = new Set<() => void>();

/** For afterAll: ends what a failed test left running, and deletes the copies. */
export function cleanUp(): void {
  for (const kill of running) kill();
  rmSync(scratch, { recursive: true, force: true });
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Started {
  readonly ended: Promise<Ended>;
  /** Where the engine says that it runs. */
  readonly engineFile: string;
  readonly output: () => string;
  interrupt(): void;
  /** As a terminal does it: the processes of the engine as well. */
  interruptAll(): void;
  /** As `| head` does it: from here on, what is written fails. */
  stopReading(): void;
}

export function start(flags: readonly string[], directory = project): Started {
  const engineFile = join(mkdtempSync(join(scratch, 'engine-')), 'engine.json');
  const child = spawn(process.execPath, ['infra/local/demo/start.ts', ...flags], {
    cwd: directory,
    env: { ...process.env, EDGE_SCALE_OUT_ENGINE: engineFile, ...(directory !== project && ownCache(directory)) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that a test can interrupt all of it.
    detached: true,
  });
  const kill = () => {
    child.kill('SIGKILL');
  };
  running.add(kill);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((done) => {
    child.once('close', (code) => {
      running.delete(kill);
      done({ code, stdout, stderr });
    });
  });
  return {
    ended,
    engineFile,
    output: () => stdout,
    interrupt: () => child.kill('SIGINT'),
    interruptAll: () => child.pid !== undefined && process.kill(-child.pid, 'SIGINT'),
    stopReading: () => child.stdout.destroy(),
  };
}

/** A copy of the project whose functions/config.ts is this text. */
export function copyWithConfig(config: string): string {
  const copy = mkdtempSync(join(scratch, 'copy-'));
  for (const part of ['functions', 'infra', 'package.json'])
    cpSync(join(project, part), join(copy, part), { recursive: true });
  mkdirSync(copy, { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'), 'junction');
  configure(copy, config);
  return copy;
}

/** Where engines run one after the other: each uses what those before it have compiled. */
export function configure(copy: string, config: string): void {
  writeFileSync(join(copy, 'functions/config.ts'), config);
}

/** What is compiled of a copy is of no use to others. */
export const ownCache = (copy: string) => ({ NODE_COMPILE_CACHE: join(copy, 'compiled') });

/** A module of a copy, which reads the config of the copy. The caller says of which type it is. */
export const importFrom = (copy: string, file: string) => import(pathToFileURL(join(copy, file)).href);
