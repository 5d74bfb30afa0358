// What it takes to read a group of alerts, beside JSON.parse of the same text: no more than a few times as long, however many.
import { parseAlert } from '../../functions/domain/alerts/parse-alert.ts';
import { config } from '../fixtures/alerts/alert-fixtures.ts';
import { decimals, kib, ratio } from './figures.ts';
import type { Part } from './part.ts';
import { median } from './statistics.ts';

const startsAt = Date.UTC(2026, 10, 30, 12);
const limit = 4;
const turns = 7;

/** The bytes of one alert, and how many are in the group: up to what one message carries. */
const shapes = [
  { sender: 'alertmanager', bytes: 700, alerts: 1 },
  { sender: 'alertmanager', bytes: 700, alerts: 100 },
  { sender: 'alertmanager', bytes: 400, alerts: 2000 },
  { sender: 'alertmanager', bytes: 700, alerts: 1400 },
  { sender: 'alertmanager', bytes: 1000, alerts: 1000 },
  { sender: 'grafana', bytes: 480, alerts: 2000 },
  { sender: 'arms', bytes: 430, alerts: 2000 },
] as const;
type Sender = (typeof shapes)[number]['sender'];

export const parsing: Part = async ({ scale, onProgress }) => {
  const data = shapes.map(({ sender, bytes, alerts }) => {
    onProgress(`parsing: ${alerts} alerts of ${bytes} bytes of ${sender}`);
    const body = groupOf(sender, alerts, bytes);
    const reads = Math.ceil(scale.parsedBytes / body.length);
    const json: number[] = [];
    const ours: number[] = [];
    // By turns, so that what else runs on the machine disturbs both.
    for (let turn = 0; turn < turns; turn++) {
      json.push(cpuMsOf(reads, () => JSON.parse(body)));
      ours.push(cpuMsOf(reads, () => expectJobs(sender, body, alerts)));
    }
    const [jsonMs, parseMs] = [median(json), median(ours)];
    return { sender, alerts, bytes: Buffer.byteLength(body), jsonMs, parseMs, ratio: parseMs / jsonMs };
  });
  const groups = data.filter(({ alerts }) => alerts > 1);
  const worst = Math.max(...groups.map((one) => one.ratio));
  return {
    data,
    tables: [
      {
        title: 'Reading a group of alerts, ms of CPU',
        head: ['', 'KiB', 'JSON.parse', 'ours', 'ratio'],
        rows: data.map((one) => [
          `${one.alerts} alerts of ${one.sender}`,
          kib(one.bytes),
          decimals(3)(one.jsonMs),
          decimals(3)(one.parseMs),
          ratio(one.ratio),
        ]),
        note: `Medians of ${turns} turns in one process, with its garbage collection.`,
      },
    ],
    targets: [
      {
        what: 'reading a group, against JSON.parse',
        limit: `at most ${ratio(limit)}`,
        figure: ratio(worst),
        reached: worst <= limit,
      },
    ],
  };
};

/** Of one call. Many are measured together, as the clock of the processor ticks every few milliseconds. */
function cpuMsOf(calls: number, work: () => unknown): number {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / calls;
}

function expectJobs(source: Sender, body: string, count: number): void {
  const parsed = parseAlert(body, { config, now: startsAt, source });
  const jobs = parsed.kind === 'jobs' ? parsed.jobs.length : 0;
  if (jobs !== count) throw new Error(`${jobs} jobs instead of ${count}`);
}

const heads = { alertmanager: { version: '4' }, grafana: { version: '1', orgId: 1 }, arms: {} } as const;
const labelsOf = { alertmanager: {}, grafana: {}, arms: { _aliyun_arms_alert_type: '101' } } as const;

/** No two alerts start together: what is known of one instant does not help with another. */
function groupOf(sender: Sender, count: number, bytes: number): string {
  const alerts = Array.from({ length: count }, (_, i) => {
    const value = `${90 + (i % 10) / 10}`;
    const one = (description: string) => ({
      status: 'firing',
      labels: {
        alertname: 'EdgeNodeCpuHigh',
        cluster: 'edge-beijing',
        instance: `10.0.0.${i}:9100`,
        ...labelsOf[sender],
      },
      annotations: {
        summary: `CPU of node ${i} is high`,
        description,
        ...(sender !== 'grafana' && { value }),
        threshold: '80',
      },
      ...(sender === 'grafana' && { values: { A: Number(value), B: 1 } }),
      startsAt: new Date(startsAt - 331 * i).toISOString(),
      endsAt: '0001-01-01T00:00:00Z',
      fingerprint: i.toString(16).padStart(16, '0'),
    });
    return one('d'.repeat(Math.max(0, bytes - JSON.stringify(one('')).length)));
  });
  return JSON.stringify({ ...heads[sender], status: 'firing', alerts });
}
