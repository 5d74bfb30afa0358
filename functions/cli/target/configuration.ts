import { readConfig } from '../../domain/config/schema.ts';
import type { Config } from '../../domain/config/types.ts';
import { CommandFailed, describeError } from '../terminal/errors.ts';

/** functions/config.ts with its defaults, or all its problems. Loaded on demand: --help works with a broken config. */
export async function loadConfig(): Promise<ReturnType<typeof readConfig>> {
  try {
    const loaded: { readonly config?: unknown } = await import('../../config.ts');
    if (loaded.config === undefined) return { problems: ['functions/config.ts: has no config; export const config'] };
    return readConfig(loaded.config);
  } catch (error) {
    return { problems: [`functions/config.ts: cannot be loaded; ${describeError(error)}`] };
  }
}

export async function soundConfig(): Promise<Config> {
  const read = await loadConfig();
  if ('config' in read) return read.config;
  throw new CommandFailed('functions/config.ts: it has problems; npx scale-out check lists them');
}
