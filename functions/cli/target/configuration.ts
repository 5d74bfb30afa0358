// Which config a command works with. What a target was deployed with counts there: a checkout may be ahead of it, or of another
// stack. The file of the checkout counts for targets that keep no config, and for `check`.
import { readConfigText } from '../../domain/config/config-text.ts';
import { readConfig } from '../../domain/config/schema.ts';
import type { Config } from '../../domain/config/types.ts';
import { isObject, own } from '../../domain/record.ts';
import { CommandFailed, describeError } from '../terminal/errors.ts';
import type { CommandDeps } from './command-line.ts';
import { configDifferences } from './config-differences.ts';
import type { Target } from './target.ts';

type ReadConfig = ReturnType<typeof readConfig>;

/** The config of the checkout, or of another file, with its defaults, or all its problems. undefined where there is no such file. */
export async function loadConfig(
  { importConfig, configName }: CommandDeps,
  file?: string,
): Promise<ReadConfig | undefined> {
  const name = file ?? configName;
  try {
    const module = await importConfig(file);
    if (module === undefined) return undefined;
    if (module.config === undefined) return { problems: [`${name}: has no config; export const config`] };
    return readConfig(module.config);
  } catch (error) {
    return { problems: [`${name}: cannot be loaded; ${describeError(error)}`] };
  }
}

/** For what needs no deployment. @throws CommandFailed without a sound config in the file, by default that of the checkout */
export async function configIn(deps: CommandDeps, file?: string): Promise<Config> {
  const name = file ?? deps.configName;
  const read = await loadConfig(deps, file);
  if (!read) throw new CommandFailed(`${name}: there is no such file; give --config FILE`);
  if ('config' in read) return read.config;
  throw new CommandFailed(`${name}: it has problems; npx scale-out check lists them`);
}

/**
 * For the commands of an emergency, which work whatever a config says: the names of the clusters, as far as they can be read, and
 * where they are from. Undefined where nothing tells. A problem is a warning.
 */
export async function clusterNames(
  target: Target,
  deps: CommandDeps,
): Promise<{ readonly names: readonly string[]; readonly from: string } | undefined> {
  const deployed = await deployedConfig(target).catch((error: unknown) => deps.terminal.warn(describeError(error)));
  if (deployed) return { names: Object.keys(deployed.clusters), from: nameOf(target) };
  const from = deps.configName;
  const read = await loadConfig(deps);
  if (!read) return undefined;
  if ('config' in read) return { names: Object.keys(read.config.clusters), from };
  deps.terminal.warn(problemsOf(deps));
  try {
    const { config } = (await deps.importConfig()) ?? {};
    const clusters = isObject(config) ? own(config, 'clusters') : undefined;
    return isObject(clusters) ? { names: Object.keys(clusters), from } : undefined;
  } catch {
    return undefined;
  }
}

interface ConfigOfTarget {
  readonly config: Config;
  /** For messages. */
  readonly name: string;
}

/**
 * For commands that decide or preview. Warns where the checkout has another config.
 * @param orOurs whether the checkout's will do where the deployed one cannot be read: not to decide by it
 * @throws CommandFailed without a sound one
 */
export async function configOf(target: Target, deps: CommandDeps, orOurs = false): Promise<ConfigOfTarget> {
  const { terminal, configName } = deps;
  const read = await loadConfig(deps);
  const ours = read && 'config' in read ? { config: read.config, name: configName } : undefined;
  try {
    const config = await deployedConfig(target);
    if (config) {
      if (read) for (const warning of differencesOf(config, read, target, deps)) terminal.warn(warning);
      return { config, name: nameOf(target) };
    }
  } catch (error) {
    if (!orOurs || !ours) throw error;
    terminal.warn(`${describeError(error)}; ${configName} is used`);
    return ours;
  }
  if (!read)
    throw new CommandFailed(`${configName}: there is no such file; give --stack NAME, whose config is read then`);
  if (!ours) throw new CommandFailed(problemsOf(deps));
  if (target.stack !== undefined)
    terminal.warn(`${target.name} was deployed by a version that keeps no config for commands; ${configName} is used`);
  return ours;
}

/** Whether it tells what its functions read. */
export const keepsConfig = ({ engine, configResource }: Target): boolean =>
  engine ? engine.config !== undefined : configResource !== undefined;

/** What the functions read. undefined where the target does not keep it. @throws CommandFailed where it cannot be read */
async function deployedConfig(target: Target): Promise<Config | undefined> {
  const failed = (why: string) => new CommandFailed(`${nameOf(target)} cannot be read: ${why}`);
  const text = await textOf(target).catch((error: unknown) => {
    throw failed(describeError(error));
  });
  if (text === undefined) return undefined;
  try {
    const read = readConfig(readConfigText(text));
    if ('config' in read) return read.config;
    throw new Error(read.problems.join('; '));
  } catch (error) {
    throw failed(`${describeError(error)}; use the version of this command that it was deployed with`);
  }
}

async function textOf({ engine, stack, configResource, aws }: Target): Promise<string | undefined> {
  if (engine) return engine.config;
  if (stack === undefined || configResource === undefined) return undefined;
  return (await import('./stack-outputs.ts')).readStackConfig(stack, configResource, aws);
}

const nameOf = ({ name }: Target): string => `the config of ${name}`;
const problemsOf = ({ configName }: CommandDeps): string =>
  `${configName}: it has problems; npx scale-out check lists them`;

function differencesOf(deployed: Config, read: ReadConfig, target: Target, deps: CommandDeps): readonly string[] {
  const counts = `${nameOf(target)} counts here`;
  if ('problems' in read) return [`${problemsOf(deps)}; ${counts}`];
  const [first, ...others] = configDifferences(deployed, read.config);
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return [`${deps.configName} differs: ${first}${more}; ${counts}`];
}
