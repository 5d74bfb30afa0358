// Where a CloudWatch alarm comes from. Its name alone decides what is bought, and its name is free in any account.
import type { StackConfig } from '../config/types.ts';

/** The account and the Region that the queue is in. */
export interface AwsHome {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/** @param arn of any resource that is in one account and Region */
export function homeOf(arn: string): AwsHome {
  const [, , , region = '', account = ''] = arn.split(':');
  return { account, region };
}

/**
 * Why an alarm is refused. In the queue's account, only alarms of its Region are taken: those of another belong to the stack
 * there. The accounts in the config are trusted whole, with all of their Regions. undefined for an alarm that is taken.
 */
export function originProblem(
  alarmArn: string,
  { alarmAccounts }: Pick<StackConfig, 'alarmAccounts'>,
  home: AwsHome,
): string | undefined {
  const { account, region } = homeOf(alarmArn);
  if (alarmAccounts.includes(account) || (account === home.account && region === home.region)) return undefined;
  return `it is of account ${account} in ${region}, and this is account ${home.account} in ${home.region}; add ${account} to stack.alarmAccounts in the config to take the alarms of all of its Regions`;
}
