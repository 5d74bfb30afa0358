// What the commands have in common: what they are given, and how their options are read.
import { type Command, InvalidArgumentError } from 'commander';
import type { Input } from '../terminal/hidden-input.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { findEngine } from './local-engine.ts';
import { findTarget, required, type Target, type TargetOptions, type TargetPart } from './target.ts';

export interface CommandDeps {
  readonly terminal: Terminal;
  /** Standard input: a pipe, or a person who can be asked. */
  readonly input: () => Input;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The options that every command that works somewhere reads besides its own. */
export interface CommonOptions extends TargetOptions {
  readonly json?: true;
}

/**
 * Finds out where the command works, and tells the person: what was picked up from the environment, or from an engine
 * that runs in another window, must not go unnoticed. @throws UsageError when a part that it needs is missing there
 */
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
  const tell = options.json ? terminal.note : terminal.print;
  tell(`Using ${target.name}.`);
  return target;
}

/** An empty value is a shell variable that was not set: taking it for "not given" would work somewhere else. */
export function notEmpty(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('It is empty; give a value or leave the option out.');
  return value;
}

/** A key of DynamoDB holds 2048 bytes, with the ledger's prefix. */
const maxKeyBytes = 2000;

/** A key that a job may have. */
export function jobKey(value: string): string {
  const bytes = Buffer.byteLength(value);
  if (bytes > maxKeyBytes)
    throw new InvalidArgumentError(`It has ${bytes} bytes; no key has more than ${maxKeyBytes}.`);
  return notEmpty(value);
}

/** A reason becomes part of the ledger, where many of them share one item of bounded size. */
export function reasonText(value: string): string {
  if (value.length > 500) throw new InvalidArgumentError('It is too long; use at most 500 characters.');
  return notEmpty(value);
}

/** A number where the text is one; anything else stays as it is, for the message that refuses it to quote it. */
export function asNumber(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

export function withExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
}
