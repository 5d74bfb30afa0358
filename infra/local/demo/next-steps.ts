import { shellWord } from '../../../functions/cli/terminal/shell.ts';
import type { Engine } from '../engine.ts';
import { alarmOf } from './demo-messages.ts';
import type { LedgerRequest } from './demo-records.ts';
import type { Printer } from './printer.ts';

/** Commands for another terminal. @param consoleUrl admits one browser */
export function printNextSteps(
  printer: Printer,
  { config, info, webhook }: Engine,
  request: LedgerRequest | undefined,
  consoleUrl: string,
): void {
  const { endpoints, queueUrl } = info;
  const [[cluster, of] = ['', { alarms: [] }]] = Object.entries(config.clusters);
  const job = {
    version: 1,
    kind: 'manual',
    key: 'from-curl',
    cluster,
    add: 1,
    requestedBy: 'me',
    requestedAt: new Date().toISOString(),
  };
  const alert = {
    status: 'firing',
    labels: { alertname: alarmOf(of) },
    startsAt: job.requestedAt,
    fingerprint: 'by-hand',
  };
  const group = { version: '4', alerts: [alert] };
  const show = (title: string, ...commands: string[]) => {
    printer.line();
    printer.line(printer.paint('bold', title));
    for (const command of commands) printer.line(`  ${command}`);
  };
  printer.line();
  printer.line('The engine keeps running. See it in a browser, by this link once:');
  printer.line(`  ${consoleUrl}`);
  printer.line('Or try in another terminal:');
  show('Buy one more node', `npx scale-out enqueue --cluster ${cluster} --add 1`);
  if (request) show('Show one job', `npx scale-out show '${request.key}'`);
  // Not with the AWS CLI: that of Debian 12 uses the older query protocol, which fauxqs does not have.
  show(
    'Put a message on the queue, as any SDK does',
    `curl ${endpoints.sqs} -H 'content-type: application/x-amz-json-1.0' -H 'x-amz-target: AmazonSQS.SendMessage' \\`,
    `  -d ${shellWord(JSON.stringify({ QueueUrl: queueUrl, MessageBody: JSON.stringify(job) }))}`,
  );
  show(
    'The webhook, as Alertmanager uses it (alerts wait for the cooldown after a purchase)',
    `curl ${webhook.url}/alerts/alertmanager/${cluster} -H 'content-type: application/json' \\`,
    `  -H 'authorization: Bearer ${webhook.token}' \\`,
    `  -d ${shellWord(JSON.stringify(group))}`,
  );
  show(
    'Lose the answer to the next purchase: its task is found, and nothing is bought twice',
    `curl ${endpoints.ack}/_simulator/faults -d '{"kind":"drop","when":"after","times":1}'`,
    `npx scale-out enqueue --cluster ${cluster} --add 1`,
  );
  show('What the simulator sold', `curl ${endpoints.ack}/_simulator/state`);
  printer.line();
  printer.line('Ctrl-C stops the engine.');
}
