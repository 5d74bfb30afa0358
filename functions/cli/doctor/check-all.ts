// Everything that a purchase needs: the config, the parts in the AWS account, and the clusters.
import type { Config } from '../../domain/config/types.ts';
import type { CommandDeps } from '../target/command-line.ts';
import { configOf, keepsConfig, loadConfig } from '../target/configuration.ts';
import type { Target } from '../target/target.ts';
import { describeError } from '../terminal/errors.ts';
import { checkCluster } from './check-ack.ts';
import { checkAws } from './check-aws.ts';
import { type CheckResult, type Finding, fail, ok } from './findings.ts';

export async function checkAll(target: Target, deps: CommandDeps): Promise<readonly Finding[]> {
  const { config, result } = await checkConfig(target, deps);
  const clusters = Object.entries(config?.clusters ?? {});
  const names = clusters.map(([name]) => name);
  const [parts, fleet] = await Promise.all([
    Promise.all(checkAws(target, names)),
    Promise.all(clusters.map(([name, policy]) => checkCluster(name, policy, target))),
  ]);
  return [{ what: 'config', ...result }, ...parts, ...fleet.flat()];
}

interface ConfigCheck {
  readonly config?: Config;
  readonly result: CheckResult;
}

async function checkConfig(target: Target, deps: CommandDeps): Promise<ConfigCheck> {
  const { configName } = deps;
  const read = keepsConfig(target) ? undefined : await loadConfig(deps);
  if (read && 'problems' in read)
    return { result: fail(`${configName} has ${read.problems.length} problem(s)`, 'npx scale-out check') };
  try {
    const { config, name } = await configOf(target, deps);
    return { config, result: ok(`${name} is fine`) };
  } catch (error) {
    const remedy = 'allow cloudformation:DescribeStackResource on the stack, or deploy it again';
    return { result: fail(describeError(error), remedy) };
  }
}
