// A need for capacity in words: who asked, for what, and why.
import type { Intent, Source } from '../../domain/job/scale-job.ts';
import type { DecisionRecord } from '../../domain/job/decision-record.ts';

const senders: Readonly<Record<Source, string>> = {
  cloudwatch: 'CloudWatch',
  alertmanager: 'Alertmanager',
  grafana: 'Grafana',
  arms: 'ARMS',
  cloudmonitor: 'CloudMonitor',
  schedule: 'EventBridge Scheduler',
  manual: 'A person',
};

export function howItArose(cluster: string, { source, intent, reason, requestedBy }: DecisionRecord): string {
  const who = requestedBy ?? senders[source];
  const verb = intent.kind === 'breach' ? 'reported' : 'asked for';
  // The reason that a request without one gets says no more than who asked.
  const why = reason === '' || reason === `asked for by ${requestedBy}` ? '' : `: ${reason}`;
  return `${who} ${verb} ${what(intent)} in ${cluster}${why}`;
}

/** `3 more nodes`, `8 nodes in all`, `edge-cpu beyond its threshold by 12` */
export function what(intent: Intent): string {
  switch (intent.kind) {
    case 'add':
      return nodes(intent.nodes, 'more ');
    case 'reach':
      return `${nodes(intent.nodes)} in all`;
    case 'breach':
      return `${intent.alarm} beyond its threshold${intent.by === undefined ? '' : ` by ${intent.by}`}`;
  }
}

export const nodes = (count: number, kind = ''): string => `${count} ${kind}${count === 1 ? 'node' : 'nodes'}`;
