// Shared by all commands: their dependencies, and how options are read.
import { type Command, InvalidArgumentError } from 'commander';
import type { Input } from '../terminal/hidden-input.ts';
import { readDuration } from '../terminal/instants.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { type EngineInfo, findEngine } from './local-engine.ts';
import { findTarget, required, type Target, type TargetOptions, type TargetPart } from './target.ts';

export interface CommandDeps {
  readonly terminal: Terminal;
  /** Standard input. */
  readonly input: () => Input;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /**
   * The module of a config, loaded on demand: --help works with a broken one. undefined where there is no such file.
   * @param file by default that of configName
   */
  readonly importConfig: (file?: string) => Promise<{ readonly config?: unknown } | undefined>;
  /** For messages, such as functions/config.ts. */
  readonly configName: string;
  /** The files of the config, and of the commented example that `init` fills in. */
  readonly files: { readonly config: string; readonly example: string };
  /** Instead of the engine that started last: a command of the console works where the console does. */
  readonly engine?: EngineInfo;
}

export interface CommonOptions extends TargetOptions {
  readonly json?: true;
}

type Needs = readonly (TargetPart | 'notes')[];

/** Finds the target and prints it. @throws UsageError when it lacks a part in `needs` */
export async function locate(options: CommonOptions, needs: Needs, deps: CommandDeps): Promise<Target> {
  const target = await find(options, needs, deps);
  announce(target, options, needs, deps);
  return target;
}

/** Prints nothing. @throws UsageError when it lacks a part in `needs` */
export async function find(options: CommonOptions, needs: Needs, { env, engine }: CommandDeps): Promise<Target> {
  const target = await findTarget(options, {
    env,
    findEngine: engine ? () => engine : findEngine,
    readStack: async (stack, aws) => (await import('./stack-outputs.ts')).readStackOutputs(stack, aws),
  });
  for (const part of needs) if (part !== 'notes') required(target, part);
  return target;
}

/**
 * Prints where the command works: that may come from the environment. Without `notes` a command goes on: they are not needed to
 * pause, or to settle.
 */
export function announce(target: Target, options: CommonOptions, needs: Needs, { terminal }: CommandDeps): void {
  const show = options.json ? terminal.note : terminal.print;
  show(`Using ${target.name}.`);
  if (needs.includes('notes') && target.notesTableName === undefined)
    terminal.warn(
      `notes: ${target.name} names no table of notes, so jobs that wait are missing here; set NOTES_TABLE_NAME, or deploy the stack again`,
    );
}

/** An empty value is a shell variable without a value. Ignoring it would select another target. */
export function notEmpty(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('It is empty; give a value or leave the option out.');
  return value;
}

/** A key of DynamoDB holds 2048 bytes, with the ledger's prefix. */
const maxKeyBytes = 2000;

export function jobKey(value: string): string {
  const bytes = Buffer.byteLength(value);
  if (bytes > maxKeyBytes)
    throw new InvalidArgumentError(`It has ${bytes} bytes; no key has more than ${maxKeyBytes}.`);
  return notEmpty(value);
}

/** Reasons are stored on the cluster item, whose size is limited. */
export function reasonText(value: string): string {
  if (value.length > 500) throw new InvalidArgumentError('It is too long; use at most 500 characters.');
  return notEmpty(value);
}

export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const number = Number(text);
    if (/^-?\d+$/.test(text) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`Use a whole number from ${min} to ${max}.`);
  };

/** @returns milliseconds */
export function durationText(text: string): number {
  const ms = readDuration(text);
  if (ms !== undefined) return ms;
  throw new InvalidArgumentError('Use 90s, 30m, 12h or 7d.');
}

/** Another text stays as it is, so that the error message can quote it. */
export function asNumber(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

export function withExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
}
