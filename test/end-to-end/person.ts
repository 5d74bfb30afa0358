// A person at a terminal beside the whole engine: the engine runs here, each command is a process of its own.
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Engine } from '../../infra/local/engine.ts';
import type { EngineEvent, EngineOptions } from '../../infra/local/engine-options.ts';
import { execute, type Outcome } from '../cli/support.ts';
import { cleanUp, copyWithConfig, importFrom, ownCache } from './engine-process.ts';

export interface Person {
  readonly engine: Engine;
  /** All that the functions have printed so far. */
  readonly printed: readonly string[];
  /** Waits for a line that a function prints. */
  printedLine(isIt: (line: string) => boolean): Promise<void>;
  /** The file of the command, and the variables with which it finds this engine. */
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  run(args: readonly string[], input?: string): Promise<Outcome>;
  /** What a person reads, without the line that says where it comes from, and with single spaces. */
  read(...args: readonly string[]): Promise<string>;
  leave(): Promise<void>;
}

/** @param config the text of functions/config.ts */
export async function startPerson(config: string, options: Partial<EngineOptions>): Promise<Person> {
  const copy = copyWithConfig(config);
  const engineFile = join(copy, 'engine.json');
  const before = { ...process.env };
  const printed: string[] = [];
  const watchers = new Set<() => void>();
  const onEvent = (event: EngineEvent): void => {
    if (event.kind === 'log') printed.push(event.line);
    for (const look of watchers) look();
  };
  process.env['EDGE_SCALE_OUT_ENGINE'] = engineFile;
  const { startEngine }: typeof import('../../infra/local/engine.ts') = await importFrom(copy, 'infra/local/engine.ts');
  const engine = await startEngine({ ...options, onEvent });

  const command = join(copy, 'functions/cli/scale-out.ts');
  const environment = { ...ownCache(copy), HOME: copy, EDGE_SCALE_OUT_ENGINE: engineFile, TZ: 'UTC' };
  const run = (args: readonly string[], input = ''): Promise<Outcome> =>
    execute(process.execPath, [command, ...args], environment, input);

  return {
    engine,
    printed,
    command,
    environment,
    run,
    printedLine: (isIt) =>
      new Promise((resolve) => {
        const look = () => {
          if (!printed.some(isIt)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    async read(...args) {
      const { code, stdout, stderr } = await run(args);
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
      const [where, ...lines] = stdout.split('\n');
      expect(where).toBe(`Using the local engine (process ${process.pid}).`);
      return lines.join('\n').replaceAll(/ {2,}/g, ' ');
    },
    async leave() {
      await engine.stop();
      process.env = before;
      cleanUp();
    },
  };
}
