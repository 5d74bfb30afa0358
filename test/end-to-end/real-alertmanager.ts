// A real Alertmanager in front of the embedded engine. It is no part of `npm test`: npm does not bring Alertmanager.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { errorMessage } from '../../functions/domain/problems.ts';
import type { Engine } from '../../infra/local/engine.ts';
import { eventually } from '../infra/local/support.ts';
import { closeServers, serveHttp } from '../support/loopback-server.ts';
import { aPolicy, configOf } from '../support/samples.ts';
import { cleanUp, copyWithConfig, importFrom } from './engine-process.ts';

const help = `A real Alertmanager sends its webhooks to the embedded engine. Takes about three minutes.

On Debian, without installing it as a service; its build reads templates from a fixed place, so they are put there:
  apt-get download prometheus-alertmanager && dpkg -x prometheus-alertmanager_*.deb unpacked
  sudo ln -s "$PWD/unpacked/usr/share/prometheus" /usr/share/prometheus
  node test/end-to-end/real-alertmanager.ts --alertmanager unpacked/usr/bin/prometheus-alertmanager

  --alertmanager PATH  the program
  --help

Ends with 0 when every expectation was met, 1 otherwise, 2 for wrong usage.`;

interface Alert {
  readonly alertname: string;
  readonly instance: string;
  readonly by: number;
  readonly startsAt: number;
  readonly endsAt?: number;
}

const directory = mkdtempSync(join(tmpdir(), 'alertmanager-'));

function startAlertmanager(program: string, port: number, { webhook }: Engine) {
  const config = join(directory, 'alertmanager.yml');
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      route: {
        receiver: 'scale-out',
        ...{ group_by: ['alertname'], group_wait: '1s', group_interval: '2s', repeat_interval: '4s' },
      },
      receivers: [
        {
          name: 'scale-out',
          webhook_configs: [
            {
              url: `${webhook.url}/alerts/alertmanager/edge`,
              send_resolved: true,
              http_config: { authorization: { credentials: webhook.token } },
            },
          ],
        },
      ],
    }),
  );
  const flags = {
    'config.file': config,
    'storage.path': join(directory, 'data'),
    'web.listen-address': `127.0.0.1:${port}`,
    'cluster.listen-address': '',
    'log.level': 'warn',
  };
  return spawn(
    program,
    Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function post(port: number, alerts: readonly Alert[]): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(
      alerts.map(({ alertname, instance, by, startsAt, endsAt }) => ({
        labels: { alertname, instance, team: 'edge 🚀' },
        annotations: { value: String(50 + by), threshold: '50', summary: 'queues grow '.repeat(20) },
        startsAt: new Date(startsAt).toISOString(),
        ...(endsAt !== undefined && { endsAt: new Date(endsAt).toISOString() }),
      })),
    ),
  });
  if (!response.ok) throw new Error(`Alertmanager answers ${response.status}: ${await response.text()}`);
}

async function run(program: string, engine: Engine): Promise<void> {
  const { port } = await serveHttp(() => undefined);
  await closeServers(); // The port is free now.
  let alertmanager = startAlertmanager(program, port, engine);
  const isUp = async () => (await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined))?.ok ?? false;
  const bought = () => engine.simulator.core.purchases().map(({ count }) => count);
  const records = async () => (await engine.ledgerItems()).filter(({ pk }) => String(pk).startsWith('JOB#'));
  const expectBought = (what: string, expected: number): void => {
    const counts = bought().join(' and ');
    if (counts !== String(expected)) throw new Error(`${what}: bought ${counts}, expected ${expected}`);
    console.log(`ok  ${what}`);
  };
  try {
    await eventually('the start of Alertmanager', isUp);
    const startsAt = Date.now();
    const series = Array.from({ length: 900 }, (_, i) => ({
      ...{ alertname: 'LoadOfMany', instance: `node-${i}`, startsAt },
      by: i === 617 ? 30 : 5,
    }));
    await post(port, series);
    await eventually('a purchase', () => bought().length > 0);
    expectBought('a group of 900 series, with an emoji, buys as its highest breach says', 3);

    const late = { alertname: 'LoadThatEnds', instance: 'node-x', by: 30, startsAt: Date.now() };
    await post(port, [late]);
    const isDeferred = async () =>
      (await engine.queues()).alerts.delayed.some(({ body }) => body.includes('LoadThatEnds'));
    await eventually('the deferral of its job', isDeferred);
    await post(port, [{ ...late, endsAt: Date.now() }]);
    const recovered = async () => (await records()).some(({ reason }) => reason === 'recovered');
    await eventually('the skip of the alert that ended', recovered, 150);
    expectBought('an alert that resolves while its job waits buys nothing', 3);

    await sleep(15_000);
    expectBought('repeats of the group buy nothing more', 3);

    await stop(alertmanager);
    alertmanager = startAlertmanager(program, port, engine);
    await eventually('the second start of Alertmanager', isUp);
    await post(port, series);
    await sleep(15_000);
    expectBought('a restart of Alertmanager alone buys nothing more', 3);
    const letters = (await engine.queues()).deadLetters.ready;
    if (letters.length > 0) throw new Error(`dead letters: ${JSON.stringify(letters[0]?.attributes)}`);
    console.log('ok  no dead letters');
  } finally {
    await stop(alertmanager);
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { alertmanager: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const { alertmanager = '' } = values;
  if (!existsSync(alertmanager)) {
    console.error(`--alertmanager: ${alertmanager || '(none)'} is no file; give the path of the program, see --help`);
    return 2;
  }
  const alarms = [
    {
      name: 'Load*',
      steps: [
        { lowerBound: 0, upperBound: 20, add: 1 },
        { lowerBound: 20, add: 3 },
      ],
    },
  ];
  const copy = copyWithConfig(configOf({ edge: aPolicy({ exclusive: true, cooldownMinutes: 1, alarms }) }));
  const { startEngine }: typeof import('../../infra/local/engine.ts') = await importFrom(copy, 'infra/local/engine.ts');
  const engine = await startEngine({ register: false });
  try {
    await run(alertmanager, engine);
    return 0;
  } catch (error) {
    console.error(`FAILED  ${errorMessage(error)}`);
    return 1;
  } finally {
    await engine.stop();
    cleanUp();
    rmSync(directory, { recursive: true, force: true });
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(errorMessage(error));
    process.exitCode = 2;
  },
);
