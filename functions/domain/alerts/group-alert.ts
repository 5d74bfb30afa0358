// One alert of an Alertmanager group: a job while it fires, a recovery when it is resolved. Read without a schema: a group has
// thousands of alerts, and a schema would take longer than all of this.
import { instantAllowed, readInstant } from '../instant.ts';
import { episodeKey } from '../job/idempotency-key.ts';
import { firingOf, type Recovery } from '../job/recovery.ts';
import { type Intent, payloadOf, type ScaleJob, type Source } from '../job/scale-job.ts';
import { listProblems } from '../problems.ts';
import { isObject, type JsonObject, own } from '../record.ts';
import { type AlertTexts, textsOf } from './alert-texts.ts';
import { type AlertContext, reasonFrom } from './dialect.ts';
import { alarmName } from './fields.ts';
import { createGroupRouter } from './group-routing.ts';
import { aheadProblem } from './instant.ts';
import { createLabelledBreach } from './labelled-breach.ts';

/** `why` is asked for the few alerts that are shown. */
export type ReadAlert =
  | { readonly kind: 'job'; readonly job: ScaleJob }
  | { readonly kind: 'recovery'; readonly recovery: Recovery }
  /** Resolved, and no alert of ours, or without an end. */
  | { readonly kind: 'over' }
  /** Resolved, with an end or a fingerprint that is of no use. */
  | { readonly kind: 'no-recovery'; readonly why: () => string }
  /** Valid, and asks for no nodes. */
  | { readonly kind: 'left-out'; readonly why: () => string }
  /** Asks for nodes, but no cluster of the config matches. */
  | { readonly kind: 'unclaimed'; readonly why: () => string }
  | { readonly kind: 'malformed'; readonly why: () => string };

const allowed = {
  status: 'use firing or resolved',
  startsAt: instantAllowed,
  endsAt: instantAllowed,
  fingerprint: 'use 1 to 128 letters, digits and . _ : -',
} as const;

const fingerprintPattern = /^[A-Za-z0-9._:-]{1,128}$/;
const over: ReadAlert = { kind: 'over' };
const noObject: ReadAlert = { kind: 'malformed', why: () => 'it is no object' };
/** No config would make it a job. */
const nameless: ReadAlert = { kind: 'left-out', why: () => 'it has no label alertname, so no rule can match it' };

/** For the alerts of one group. */
export function createAlertReader(source: Source, context: AlertContext): (alert: unknown) => ReadAlert {
  const { config, now, sentAt = now } = context;
  const route = createGroupRouter(context);
  const breachOf = createLabelledBreach(config.labels);

  function readFiring(alert: JsonObject, alarm: string, texts: AlertTexts, cluster: string): ReadAlert {
    const fingerprint = fingerprintOf(alert);
    const startsAt = instantAt(own(alert, 'startsAt'));
    if (fingerprint === undefined || startsAt === undefined)
      return { kind: 'malformed', why: () => problemsOf(alert, { startsAt, fingerprint }) };
    const ahead = aheadProblem('startsAt', startsAt, now);
    if (ahead !== undefined) return { kind: 'malformed', why: () => ahead };
    const by = breachOf(texts);
    const intent: Intent = by === undefined ? { kind: 'breach', alarm } : { kind: 'breach', alarm, by };
    const { annotations } = texts;
    return {
      kind: 'job',
      job: {
        key: episodeKey(source, cluster, fingerprint, startsAt),
        cluster,
        source,
        intent,
        payload: payloadOf(intent),
        reason: reasonFrom(
          [own(annotations, 'summary'), own(annotations, 'description'), own(annotations, 'message')],
          `${alarm} fires`,
        ),
        occurredAt: startsAt,
        alert: fingerprint,
      },
    };
  }

  function readResolved(alert: JsonObject, cluster: string): ReadAlert {
    if (own(alert, 'endsAt') === undefined) return over;
    const fingerprint = fingerprintOf(alert);
    const endedAt = instantAt(own(alert, 'endsAt'));
    if (fingerprint === undefined || endedAt === undefined)
      return { kind: 'no-recovery', why: () => problemsOf(alert, { endsAt: endedAt, fingerprint }) };
    const ahead = aheadProblem('endsAt', endedAt, sentAt);
    if (ahead !== undefined) return { kind: 'no-recovery', why: () => ahead };
    // The clock of the sender is ahead, and may be set right: a later firing may then be dated before this end.
    const startedAt = instantAt(own(alert, 'startsAt'));
    const isAhead = startedAt !== undefined && sentAt <= startedAt && startedAt < endedAt;
    const ended = isAhead
      ? { alert: firingOf(fingerprint, startedAt), endedAt: startedAt + 1 }
      : { alert: fingerprint, endedAt: Math.min(endedAt, sentAt) };
    return { kind: 'recovery', recovery: { cluster, source, ...ended } };
  }

  // Its place in the config comes first: what is wrong with an alert of others is of no interest.
  return (alert) => {
    if (!isObject(alert)) return noObject;
    const status = own(alert, 'status');
    const isOver = status === 'resolved';
    const texts = textsOf(alert);
    const alarm = alarmName(own(texts.labels, 'alertname'));
    if (alarm === undefined) return isOver ? over : nameless;
    if (!isOver && isAboutMissingData(alarm, texts))
      return { kind: 'left-out', why: () => `${alarm} reports missing data, not load` };
    const routed = route(alarm, texts);
    if (!('cluster' in routed)) return isOver ? over : { kind: 'unclaimed', why: routed.why };
    if (isOver) return readResolved(alert, routed.cluster);
    if (status === 'firing') return readFiring(alert, alarm, texts, routed.cluster);
    return { kind: 'malformed', why: () => problemsOf(alert, { status: undefined }) };
  };
}

function fingerprintOf(alert: JsonObject): string | undefined {
  const given = own(alert, 'fingerprint');
  return typeof given === 'string' && fingerprintPattern.test(given) ? given : undefined;
}

const instantAt = (given: unknown): number | undefined => (typeof given === 'string' ? readInstant(given) : undefined);

/** @param read the fields that are needed; those that could not be read are undefined */
function problemsOf(alert: JsonObject, read: { readonly [K in keyof typeof allowed]?: unknown }): string {
  const names = Object.keys(allowed).filter((name): name is keyof typeof allowed => name in read);
  const issues = names
    .filter((name) => read[name] === undefined)
    .map((name) => ({ code: 'custom' as const, path: [name], message: allowed[name], input: own(alert, name) }));
  return listProblems(issues, alert).join(', ');
}

const missing = /^(?:NoData|Error)\b/;

/**
 * Grafana also fires for a query that fails or returns nothing, with an alert of its own or with a state reason. It may send
 * it through an Alertmanager or through ARMS, so the content tells, not the sender.
 */
function isAboutMissingData(alarm: string, { labels, annotations }: AlertTexts): boolean {
  if (alarm === 'DatasourceNoData' || alarm === 'DatasourceError') return true;
  const reason = own(annotations, 'grafana_state_reason') ?? own(labels, 'grafana_state_reason');
  return typeof reason === 'string' && missing.test(reason);
}
