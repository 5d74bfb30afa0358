import { readConfig } from '../../domain/config/schema.ts';
import type { Config } from '../../domain/config/types.ts';
import { CommandFailed, describeError } from '../terminal/errors.ts';

/**
 * functions/config.ts with its defaults, or all its problems. It is loaded here, when a command needs it: a mistake in
 * it must not keep `--help` and `check` from working.
 */
export async function loadConfig(): Promise<ReturnType<typeof readConfig>> {
  try {
    const loaded: { readonly config?: unknown } = await import('../../config.ts');
    if (loaded.config === undefined) return { problems: ['functions/config.ts: has no config; export const config'] };
    return readConfig(loaded.config);
  } catch (error) {
    return { problems: [`functions/config.ts: cannot be loaded; ${describeError(error)}`] };
  }
}

/** @throws CommandFailed that says how to see the problems */
export async function soundConfig(): Promise<Config> {
  const read = await loadConfig();
  if ('config' in read) return read.config;
  throw new CommandFailed('functions/config.ts: not usable as it stands; npx scale-out check lists its problems');
}
