// Shared by all commands: their dependencies, and how options are read.
import { type Command, InvalidArgumentError } from 'commander';
import type { Input } from '../terminal/hidden-input.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { findEngine } from './local-engine.ts';
import { findTarget, required, type Target, type TargetOptions, type TargetPart } from './target.ts';

export interface CommandDeps {
  readonly terminal: Terminal;
  /** Standard input. */
  readonly input: () => Input;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** functions/config.ts, loaded on demand: --help works with a broken config. */
  readonly importConfig: () => Promise<{ readonly config?: unknown }>;
}

export interface CommonOptions extends TargetOptions {
  readonly json?: true;
}

/** Finds the target and prints it: it may come from the environment. @throws UsageError when it lacks a part in `needs` */
export async function locate(
  options: CommonOptions,
  needs: readonly TargetPart[],
  { terminal, env }: CommandDeps,
): Promise<Target> {
  const target = await findTarget(options, {
    env,
    findEngine,
    readStack: async (stack, aws) => (await import('./stack-outputs.ts')).readStackOutputs(stack, aws),
  });
  for (const part of needs) required(target, part);
  const show = options.json ? terminal.note : terminal.print;
  show(`Using ${target.name}.`);
  return target;
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

/** Another text stays as it is, so that the error message can quote it. */
export function asNumber(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

export function withExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
}
