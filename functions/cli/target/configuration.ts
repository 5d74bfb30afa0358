import { readConfig } from '../../domain/config/schema.ts';
import type { Config } from '../../domain/config/types.ts';
import { isObject, own } from '../../domain/record.ts';
import { CommandFailed, describeError } from '../terminal/errors.ts';
import type { CommandDeps } from './command-line.ts';

/** functions/config.ts with its defaults, or all its problems. */
export async function loadConfig({ importConfig }: CommandDeps): Promise<ReturnType<typeof readConfig>> {
  try {
    const { config } = await importConfig();
    if (config === undefined) return { problems: ['functions/config.ts: has no config; export const config'] };
    return readConfig(config);
  } catch (error) {
    return { problems: [`functions/config.ts: cannot be loaded; ${describeError(error)}`] };
  }
}

/**
 * For the commands of an emergency, which work whatever the config says: the names of its clusters, as far as they can be read.
 * Undefined where the file cannot be loaded. A problem is a warning.
 */
export async function clusterNames(deps: CommandDeps): Promise<readonly string[] | undefined> {
  const read = await loadConfig(deps);
  if ('config' in read) return Object.keys(read.config.clusters);
  deps.terminal.warn('functions/config.ts: it has problems; npx scale-out check lists them');
  try {
    const { config } = await deps.importConfig();
    const clusters = isObject(config) ? own(config, 'clusters') : undefined;
    return isObject(clusters) ? Object.keys(clusters) : undefined;
  } catch {
    return undefined;
  }
}

export async function soundConfig(deps: CommandDeps): Promise<Config> {
  const read = await loadConfig(deps);
  if ('config' in read) return read.config;
  throw new CommandFailed('functions/config.ts: it has problems; npx scale-out check lists them');
}
