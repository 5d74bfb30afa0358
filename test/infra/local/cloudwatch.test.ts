// What the functions count is read as from CloudWatch: the lines of their logs are the metrics.
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createTotals } from '../../../functions/adapters/cloudwatch/totals.ts';
import { createMetrics } from '../../../functions/adapters/telemetry/metrics.ts';
import { clientOf } from '../../../infra/local/aws-stand-ins/account.ts';
import { type CloudWatch, startCloudWatch } from '../../../infra/local/aws-stand-ins/cloudwatch.ts';

const now = Date.parse('2026-11-30T03:12:40.000Z');
const hour = 3_600_000;
let cloudwatch: CloudWatch;
beforeEach(async () => {
  cloudwatch = await startCloudWatch();
});
afterEach(() => cloudwatch.close());

/** As a function of this stack prints it. */
function measure(stack: string, at: number, received: Readonly<Record<string, number>>): void {
  const stdout = jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    cloudwatch.log(String(line));
    return true;
  });
  const metrics = createMetrics(stack, () => at);
  for (const [source, value] of Object.entries(received)) metrics.add('AlertsReceived', value, { source });
  metrics.add('Replays', 1);
  metrics.publish();
  stdout.mockRestore();
}

test('counts of a stack are summed up over all senders, from an instant until now', async () => {
  const read = createTotals(clientOf(cloudwatch.endpoint), 'local');
  measure('local', now - 25 * hour, { manual: 50 });
  measure('local', now - 23 * hour, { manual: 3, grafana: 4 });
  measure('local', now, { grafana: 1 });
  measure('elsewhere', now, { grafana: 100 });
  cloudwatch.log('no metric');
  cloudwatch.log('{"_aws":{}}');
  expect(await read(['AlertsReceived', 'Replays', 'IgnoredMessages'], now - 24 * hour, now)).toEqual({
    AlertsReceived: 8,
    Replays: 2,
    IgnoredMessages: 0,
  });
});
