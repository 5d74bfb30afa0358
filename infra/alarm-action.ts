import { Stack, Token } from 'aws-cdk-lib';
import type { AlarmBase } from 'aws-cdk-lib/aws-cloudwatch';
import { ruleFor } from '../functions/domain/config/alarm-rules.ts';
import type { Config } from '../functions/domain/config/types.ts';
import { isOwnName, ownName } from './alarm-routes.ts';

/** Why an alarm that notifies the alarm topic would buy nothing. @param home the stack of the topic */
export function alarmProblem(alarm: AlarmBase, { clusters }: Config, home: Stack): string | undefined {
  const name = givenName(alarm);
  // CloudFormation makes one up, which begins with the name of the alarm's stack.
  if (name === undefined)
    return Stack.of(alarm) === home
      ? `${alarm.node.path}: CloudFormation makes up its name, and ${ownName(home.stackName)}; give it an alarmName`
      : undefined;
  if (isOwnName(name, home.stackName)) return `${alarm.node.path}: it is ${name}, and ${ownName(home.stackName)}`;
  if (Object.values(clusters).some(({ alarms }) => ruleFor(alarms, name))) return undefined;
  return `${alarm.node.path}: no rule of the config matches ${name}; add it to the alarms of a cluster`;
}

/** `alarmName` of the construct is a reference, also where the name was given. */
function givenName({ node: { defaultChild } }: AlarmBase): string | undefined {
  const name: unknown = defaultChild && Reflect.get(defaultChild, 'alarmName');
  return typeof name === 'string' && !Token.isUnresolved(name) ? name : undefined;
}
