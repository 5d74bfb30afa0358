// Texts of a CloudWatch alarm, as CloudWatch writes them.
import { account } from './account.ts';

export const alarmArn = (name: string): string => `arn:aws:cloudwatch:${account.region}:${account.id}:alarm:${name}`;

/** As Java prints a double. */
const double = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));

/** The reason of a change of state, for an alarm of one datapoint. @param at epoch milliseconds */
export function thresholdReason(value: number, threshold: number, at: number): string {
  const [year, month, day, time] = new Date(at).toISOString().slice(2, 19).split(/[-T]/);
  const [compared, change] = value > threshold ? ['greater', 'OK -> ALARM'] : ['not greater', 'ALARM -> OK'];
  return (
    `Threshold Crossed: 1 out of the last 1 datapoints [${double(value)} (${day}/${month}/${year} ${time})] ` +
    `was ${compared} than the threshold (${double(threshold)}) (minimum 1 datapoint for ${change} transition).`
  );
}
