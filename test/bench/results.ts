// RESULTS.md: what one run of the benchmark showed, on which machine, and how to repeat it.
import { effects } from './effects.ts';
import type { Machine } from './machine.ts';
import type { PartReport, Target } from './part.ts';
import { asMarkdown, targetTable } from './render.ts';

/** The chart beside it. */
export const pictureName = 'growth.svg';

export function renderResults(machine: Machine, reports: readonly PartReport[]): string {
  const targets = reports.flatMap((report) => report.targets);
  const reached = targets.filter((target) => target.reached).length;
  return [
    '# Results of the benchmark',
    'Written by `npm run bench -- --write`, which measures everything anew; do not edit. `npm run bench -- --help` tells of the parts.',
    '',
    ...machineLines(machine),
    '',
    'Services are dynalite, fauxqs, a Secrets Manager and the ACK simulator, in a process of their own, over loopback; with TLS and a',
    'network where a table says so. The milliseconds are those of this machine, and the ratios are what to compare. Ratios are of medians over fresh processes, measured by',
    'turns. CPU is the processor time of the function alone.',
    '',
    '- **ours** is what is deployed, bundled in the same way.',
    '- **floor** makes the same calls by hand, with node:https and the low-level SDK: no check, no policy, no log.',
    '- **reference** is the same job from Powertools (batch, idempotency with DynamoDB, logger) and the generic call of the official SDK. It looks',
    '  at no cluster, knows no limit and no policy, and buys again where an answer is lost.',
    '- **bare** is an empty handler.',
    '',
    `${reached} of ${targets.length} targets are reached.`,
    ...obstaclesOf(targets),
    '',
    [targetTable(targets), ...reports.flatMap((report) => report.tables), effects].map(asMarkdown).join('\n\n'),
    '',
    `![CPU time along alerts, clusters and entries](${pictureName})`,
    '',
  ].join('\n');
}

function obstaclesOf(targets: readonly Target[]): readonly string[] {
  const missed = targets.flatMap(({ what, reached, obstacle }) =>
    reached || !obstacle ? [] : [`- ${what}: ${obstacle}`],
  );
  return missed.length > 0 ? ['What stands in the way of others:', '', ...missed] : [];
}

function machineLines({ cores, cpu, platform, node, load, packages }: Machine): readonly string[] {
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return [
    `Machine: ${cores} cores (${cpu}), ${platform}, Node ${node}, load average ${load.toFixed(1)} at the start.`,
    `Packages: ${versions.join(', ')}.`,
  ];
}
