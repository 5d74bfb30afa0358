// How long one alert waits behind a noisy sender, on the embedded engine: measured, so it is no part of `npm test`.
import { aPolicy, configOf } from '../support/samples.ts';
import { cleanUp, copyWithConfig, importFrom } from './engine-process.ts';

const posts = 100;
const alertsEach = 500;

const help = `${posts} posts of ${alertsEach} firing alerts for one cluster, and then one alert for another.

  node test/end-to-end/noisy-sender.ts

Prints one JSON object: the seconds from the post of the one alert to its decision, and the log lines for each post until
then.`;

const groupOf = (cluster: string, post: number, count: number): string =>
  JSON.stringify({
    version: '4',
    groupKey: `${cluster}:${post}`,
    alerts: Array.from({ length: count }, (_, i) => ({
      status: 'firing',
      labels: { alertname: `${cluster}-cpu`, instance: `node-${post}-${i}`, job: 'edge' },
      annotations: { value: String(55 + (i % 40)), threshold: '50', summary: 'the queue of this node grows and grows' },
      startsAt: new Date(Date.now() - i).toISOString(),
      fingerprint: `${post.toString(16)}-${i.toString(16)}`,
    })),
  });

async function main(): Promise<void> {
  const rule = (name: string) => [{ name, steps: [{ lowerBound: 0, add: 1 }] }];
  const copy = copyWithConfig(
    configOf({
      noisy: aPolicy({ alarms: rule('noisy-*') }),
      quiet: aPolicy({ id: `C${'f'.repeat(32)}`, alarms: rule('quiet-*') }),
    }),
  );
  const { startEngine }: typeof import('../../infra/local/engine.ts') = await importFrom(copy, 'infra/local/engine.ts');
  let lines = 0;
  const engine = await startEngine({
    register: false,
    onEvent: ({ kind }) => {
      if (kind === 'log') lines += 1;
    },
  });
  const post = async (cluster: string, body: string): Promise<void> => {
    const answer = await fetch(`${engine.webhook.url}/alerts/alertmanager/${cluster}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${engine.webhook.token}` },
      body,
    });
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  };
  try {
    for (let i = 0; i < posts; i += 1) await post('noisy', groupOf('noisy', i, alertsEach));
    await post('quiet', groupOf('quiet', posts, 1));
    const postedAt = Date.now();
    const isDecided = async () =>
      (await engine.ledgerItems()).some(({ pk }) => String(pk).startsWith('JOB#alertmanager/quiet/'));
    while (!(await isDecided())) await new Promise((done) => setTimeout(done, 100));
    const seconds = (Date.now() - postedAt) / 1000;
    const purchases = engine.simulator.core.purchases().length;
    console.log(JSON.stringify({ posts, alertsEach, seconds, logLinesPerPost: lines / posts, purchases }));
  } finally {
    await engine.stop();
    cleanUp();
  }
}

if (process.argv.includes('--help')) console.log(help);
else await main();
