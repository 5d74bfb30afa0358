// npm run cost: the month of a stack at rest, and a thousand alerts, from the template, the measured calls and a dated price list.
import { readFileSync, writeFileSync } from 'node:fs';
import { timings } from '../../functions/domain/timings.ts';
import { benchConfig, clusterNames } from '../bench/clusters.ts';
import { startEnvironment } from '../bench/environment/environment.ts';
import { createWorlds } from '../bench/world.ts';
import { createStack, removeOutput, synthesize } from '../infra/synthesized.ts';
import { createCommand, runCommand } from '../support/command.ts';
import { fixedLines, type Line, type Parts, prices, totalOf, type Use, useLines } from './bill.ts';
import { buys, measure, scaled, skips } from './measure.ts';

const readme = new URL('../../infra/README.md', import.meta.url);
const [begin, end] = ['<!-- npm run cost -->', '<!-- end of npm run cost -->'];

const minutesPerMonth = 730 * 60;
/** Lambda asks a queue with five long polls of 20 s at a time. */
const pollsPerMinute = 5 * 3;

const command = createCommand(
  'cost',
  'Computes what a stack costs in a month at rest, and for 1,000 alerts. Takes half a minute.',
  ['', '--write'],
  '0 when all was measured',
).option('--write', 'the table to infra/README.md');

async function main(): Promise<number> {
  const environment = await startEnvironment();
  const worlds = await createWorlds(environment);
  try {
    const rows = [await atRest(1, worlds), await atRest(50, worlds), ...(await perThousand(worlds))];
    const text = tableOf(rows);
    console.log(text);
    if (command.opts<{ readonly write?: true }>().write) writeTable(text);
    return 0;
  } finally {
    await worlds.close();
    await environment.stop();
    removeOutput();
  }
}

interface Row {
  readonly what: string;
  readonly lines: readonly Line[];
}

type Worlds = Awaited<ReturnType<typeof createWorlds>>;

function templateOf(clusters: number): { readonly parts: Parts; readonly memoryOf: (description: string) => number } {
  const { all } = synthesize(createStack(benchConfig(clusters)));
  const metricsOf = ({ properties }: ReturnType<typeof all>[number]) =>
    // A band of usual values is two more.
    JSON.stringify(properties).includes('ANOMALY_DETECTION_BAND') ? 3 : 1;
  return {
    parts: {
      alarmMetrics: all('AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + metricsOf(alarm), 0),
      dashboards: all('AWS::CloudWatch::Dashboard').length,
      secrets: all('AWS::SecretsManager::Secret').length,
      keys: all('AWS::KMS::Key').length,
    },
    memoryOf: (name) => Number(all('AWS::Lambda::Function').find((one) => one.name === name)?.properties['MemorySize']),
  };
}

/** All clusters are quiet: the timer visits them each minute, and Lambda polls the queue. */
async function atRest(count: number, worlds: Worlds): Promise<Row> {
  const { parts, memoryOf } = templateOf(count);
  const clusters = clusterNames(count);
  const visits = 10;
  const { use, series } = await measure({
    world: worlds.of(benchConfig(count)),
    name: 'reconcile',
    memory: memoryOf('Reconcile'),
    clusters,
    first: [{}],
    events: Array.from({ length: visits }, () => ({})),
    itemsPerBatch: count,
  });
  const month: Use = {
    ...scaled(use, minutesPerMonth / visits),
    sqsRequests: pollsPerMinute * minutesPerMonth,
    cloudWatchCalls: (minutesPerMonth * 60_000) / timings.alarmCheckMs,
    // An exclusive cluster is looked at twice an hour, with a key that is read again.
    secretCalls: (minutesPerMonth * 60_000) / timings.unownedCheckMs,
  };
  return {
    what: `a month at rest, ${count} ${count === 1 ? 'cluster' : 'clusters'}`,
    // The look at the tasks of others measures the clock, in each hour.
    lines: [...fixedLines(parts, series + 1), ...useLines(month)],
  };
}

async function perThousand(worlds: Worlds): Promise<readonly Row[]> {
  const { memoryOf } = templateOf(1);
  const clusters = clusterNames(10);
  const world = worlds.of(benchConfig(10));
  const times = 100;
  const order = { world, name: 'scale-out', memory: memoryOf('ScaleOut'), clusters, itemsPerBatch: 1 } as const;
  const bought = await measure({ ...order, first: buys(clusters, 10, 'first'), events: buys(clusters, times, 'job') });
  const skipped = await measure({ ...order, first: skips(clusters, 10, 0), events: skips(clusters, times, 100) });
  const row = (what: string, use: Use, published: number): Row => {
    const thousand = scaled(use, 1000 / times);
    // One to send, receive and delete each; an event is published by a function of its own.
    const sqsRequests = thousand.sqsRequests + 3000;
    return { what, lines: useLines({ ...thousand, sqsRequests, publishes: 1000 * published }) };
  };
  return [row('1,000 alerts that buy', bought.use, 2), row('1,000 alerts that buy nothing', skipped.use, 0)];
}

function tableOf(rows: readonly Row[]): string {
  const usd = (value: number) => (value >= 0.995 ? value.toFixed(2) : value.toFixed(3));
  return [
    `In ${prices.currency}, by the prices of ${prices.region} on ${prices.date} (test/cost), without any free tier:`,
    '',
    '| | in all | of it |',
    '|---|---:|---|',
    ...rows.map(
      ({ what, lines }) =>
        `| ${what} | ${usd(totalOf(lines))} | ${lines.map((line) => `${line.what} ${usd(line.usd)}`).join(', ')} |`,
    ),
  ].join('\n');
}

function writeTable(text: string): void {
  const before = readFileSync(readme, 'utf8');
  const [head, rest = ''] = before.split(begin);
  const [, tail] = rest.split(end);
  if (tail === undefined) throw new Error(`infra/README.md has no ${begin}`);
  writeFileSync(readme, `${head}${begin}\n${text}\n${end}${tail}`);
}

await runCommand(command, main);
