import type { Findings } from './audit.ts';

export interface Report extends Findings {
  readonly kills: number;
  readonly killsByMoment: Readonly<Record<string, number>>;
  readonly messages: number;
  /** Different ones; most were asked for once, some several times. */
  readonly jobs: number;
  readonly faults: Readonly<Record<string, number>>;
  /** What the functions logged. */
  readonly events: Readonly<Record<string, number>>;
  /** Without stored keys: how often a role was assumed, each time for credentials of a quarter of an hour. */
  readonly assumed?: number;
  /** Of the functions' time. */
  readonly hours: number;
  readonly seconds: number;
}

/** @returns the report as lines of text */
export function renderReport(report: Report): readonly string[] {
  const { kills, killsByMoment, messages, jobs, seconds, hours, faults, events, assumed, endings, violations } = report;
  return [
    `${kills} kills in ${seconds.toFixed(0)} s, which were ${hours.toFixed(1)} h for the functions; ${messages} messages for ${jobs} jobs`,
    ...(assumed === undefined ? [] : [`${assumed} times new credentials, each for a quarter of an hour`]),
    ...section('killed', killsByMoment),
    ...section('faults of the service', faults),
    ...section('the functions logged', events),
    ...section('the jobs ended', endings),
    '',
    `the simulator sold     ${bill(report.sold)}`,
    `the ledger says so of  ${bill(report.recorded)}`,
    ...violations.map((violation) => `VIOLATION ${violation}`),
    ...(violations.length === 0 ? ['', 'The multisets are equal: nothing was bought twice, and nothing is lost.'] : []),
  ];
}

const bill = ({ purchases, nodes }: Report['sold']): string => `${purchases} purchases, ${nodes} nodes`;

const section = (title: string, counts: Readonly<Record<string, number>>): readonly string[] => [
  '',
  title,
  ...Object.entries(counts).map(([name, times]) => `${String(times).padStart(8)}  ${name}`),
];
