// What holds for every body that there is: one of three sound outcomes, the same one each time, and nothing thrown.
import type { ParsedAlert, PoisonReason } from '../../functions/domain/alerts/dialect.ts';
import type { Recovery } from '../../functions/domain/job/recovery.ts';
import { payloadOf, type ScaleJob } from '../../functions/domain/job/scale-job.ts';
import { largestDistance, smallestDistance } from '../../functions/domain/quantity.ts';
import { timings } from '../../functions/domain/timings.ts';
import { config, now, parse } from '../fixtures/alerts/alert-fixtures.ts';

const reasons: readonly PoisonReason[] = [
  'too-large',
  'too-deep',
  'not-json',
  'unknown-kind',
  'unknown-version',
  'unknown-cluster',
  'invalid-field',
];
/** A DynamoDB partition key holds 2,048 bytes, and the ledger writes `JOB#` before it. */
const maxKeyBytes = 2000;

/** Lists what is wrong with the outcome of a body; empty for a sound one. */
export function checkOutcome(body: string): string[] {
  try {
    const outcome = parse(body);
    const again = JSON.stringify(parse(body)) === JSON.stringify(outcome);
    return [...(again ? [] : ['the same body has another outcome the second time']), ...outcomeProblems(outcome)];
  } catch (error) {
    return [`throws ${error instanceof Error ? error.stack : String(error)}`];
  }
}

/** Lists what is wrong with an outcome. */
export function outcomeProblems(outcome: ParsedAlert): string[] {
  return [...kindProblems(outcome), ...recoveryProblems(outcome.recoveries ?? [])];
}

function kindProblems(outcome: ParsedAlert): string[] {
  switch (outcome.kind) {
    case 'ignored':
      return textProblems('why', outcome.why, 1000);
    case 'poison':
      return [
        ...(reasons.includes(outcome.reason) ? [] : [`reason ${outcome.reason} is not known`]),
        ...textProblems('detail', outcome.detail, 1000),
      ];
    case 'jobs':
      return [
        ...(outcome.jobs.length >= 1 ? [] : ['no jobs']),
        ...(new Set(outcome.jobs.map(({ key }) => key)).size === outcome.jobs.length ? [] : ['a key appears twice']),
        ...(outcome.warnings.length <= 21 ? [] : [`${outcome.warnings.length} warnings`]),
        ...outcome.warnings.flatMap((warning) => textProblems('a warning', warning, 300)),
        ...outcome.jobs.flatMap(jobProblems),
      ];
  }
}

function recoveryProblems(recoveries: readonly Recovery[]): string[] {
  const ids = new Set(recoveries.map(({ cluster, alert }) => `${cluster}/${alert}`));
  return [
    ...(ids.size === recoveries.length ? [] : ['an alert is over twice']),
    ...recoveries.flatMap(({ cluster, alert, endedAt }) => [
      ...(Object.hasOwn(config.clusters, cluster) ? [] : [`cluster ${cluster} is not configured`]),
      ...alertProblems(alert),
      ...(endedAt >= Date.UTC(2000) && endedAt <= now + timings.maxAheadMs ? [] : [`${endedAt} is no end`]),
    ]),
  ];
}

const alertProblems = (alert: string): string[] =>
  alert.isWellFormed() && new TextEncoder().encode(alert).length <= maxKeyBytes
    ? []
    : [`alert ${alert} is no part of a key`];

function jobProblems(job: ScaleJob): string[] {
  const { key, cluster, source, intent, payload, reason, occurredAt, validUntil, dryRun, alert } = job;
  const problems = [...textProblems('reason', reason, 500), ...intentProblems(job)];
  const demand = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  demand(
    key.isWellFormed() && new TextEncoder().encode(key).length <= maxKeyBytes,
    `key ${key} does not fit the ledger`,
  );
  demand(key.startsWith(`${source}/${cluster}/`), `key ${key} is not of its source and cluster`);
  demand(Object.hasOwn(config.clusters, cluster), `cluster ${cluster} is not configured`);
  demand(payload === payloadOf(intent, dryRun), `payload ${payload} is not that of the intent`);
  for (const at of [occurredAt, validUntil ?? occurredAt])
    demand(Number.isInteger(at) && at >= Date.UTC(2000) && at < Date.UTC(10_001), `${at} is no instant`);
  demand(occurredAt <= now + timings.maxAheadMs, `${occurredAt} is too far ahead`);
  demand(
    alert === undefined || (alertProblems(alert).length === 0 && key.includes(`/${alert}/`)),
    `alert ${alert} is not in its key`,
  );
  return problems;
}

function intentProblems({ intent }: ScaleJob): string[] {
  if (intent.kind === 'breach') {
    const { by = 0 } = intent;
    const isSize = by === 0 || (by >= smallestDistance && by <= largestDistance);
    return [...(isSize ? [] : [`by is ${intent.by}`]), ...textProblems('alarm', intent.alarm, 255)];
  }
  const isCount = Number.isInteger(intent.nodes) && intent.nodes >= 1 && intent.nodes <= 1000;
  return isCount ? [] : [`${intent.kind} ${intent.nodes}`];
}

function textProblems(what: string, text: string, max: number): string[] {
  const isSound = text.length > 0 && text.length <= max && text.isWellFormed() && !/\p{Cc}/u.test(text);
  return isSound ? [] : [`${what} is not a sound text of 1 to ${max} characters: ${JSON.stringify(text)}`];
}
