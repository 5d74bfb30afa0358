// The command as a person runs it: a child process, in a copy of the project with a config of its own. The repository's own
// functions/config.ts is the user's to edit, so no test depends on what it holds.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from '@jest/globals';
import { aPolicy, configOf } from '../support/samples.ts';

const root = resolve(import.meta.dirname, '../..');

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Environment = Readonly<Record<string, string>>;

interface Project {
  readonly directory: string;
  readonly bin: string;
  /** Replaces functions/config.ts. */
  configure(source: string): void;
  /** Runs the command with nothing but these variables: what the developer's shell has set plays no part. */
  run(args: readonly string[], env?: Environment, input?: string): Promise<Outcome>;
}

export const testClusters = {
  'edge-beijing': aPolicy({
    id: 'Cbe000000000000000000000000000000',
    limits: { budgetPerMonth: 6000 },
    price: { perNodeMonth: 180, currency: 'CNY' },
    alarms: [{ name: 'beijing-*', steps: [{ lowerBound: 0, add: 1 }] }],
  }),
  'edge-shanghai': aPolicy({ id: 'C5a000000000000000000000000000000', dryRun: true, alarms: [] }),
};

/** To be called while the tests are defined: it is removed after the last of them. */
export function createProject(): Project {
  const directory = temporaryDirectory();
  cpSync(join(root, 'functions'), join(directory, 'functions'), { recursive: true });
  cpSync(join(root, 'package.json'), join(directory, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  const bin = join(directory, 'functions/cli/scale-out.ts');
  const configure = (source: string) => writeFileSync(join(directory, 'functions/config.ts'), source);
  configure(configOf(testClusters));
  return {
    directory,
    bin,
    configure,
    run: (args, env = {}, input = '') =>
      execute(process.execPath, [bin, ...args], { ...surroundings(directory), ...env }, input),
  };
}

export function execute(file: string, args: readonly string[], env: Environment, input = ''): Promise<Outcome> {
  return new Promise((done, failed) => {
    const child = execFile(file, args, { env }, (error, stdout, stderr) => {
      const code = error ? error.code : 0;
      if (typeof code === 'number') done({ code, stdout, stderr });
      else failed(error);
    });
    // A command that reads nothing may have ended before this arrives.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

/** No home with AWS settings in it, no metadata service, no engine that happens to run, and times in Shanghai. */
export function surroundings(directory: string): Environment {
  return {
    HOME: directory,
    AWS_EC2_METADATA_DISABLED: 'true',
    EDGE_SCALE_OUT_ENGINE: join(directory, 'no-engine.json'),
    TZ: 'Asia/Shanghai',
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
  };
}

/** Removed after the last test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'scale-out-cli-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  return directory;
}
