import type { MetricName } from '../metrics.ts';
import type { JobEvent } from './job-event-schema.ts';

type Measurement = readonly [MetricName, number];

export function measurementsOf(event: JobEvent): readonly Measurement[] {
  switch (event.state) {
    case 'bought':
      return [...purchaseOf(event), ['TimeToAccepted', secondsSince(event)]];
    case 'resolved':
      // The time of acceptance is not known.
      return event.outcome === 'accepted' ? purchaseOf(event) : [];
    case 'rejected':
      return [['Rejections', 1]];
    case 'in-doubt':
      return [['AmbiguousOutcomes', 1]];
    case 'ready':
      return [
        ['NodesReady', event.ready],
        ['TimeToReady', secondsSince(event)],
      ];
    case 'partial':
      return [
        ['NodesReady', event.ready],
        ['TasksFailed', 1],
      ];
    case 'failed':
      return [['TasksFailed', 1]];
    case 'overdue':
      // Its Ready nodes count at its end, as ready or partial.
      return [['NodesOverdue', 1]];
    case 'still-short':
      return [['StillShort', 1]];
    case 'expiring':
      return event.renews ? [] : [['LeasesExpiring', event.nodes]];
    case 'limited':
    case 'refused':
    case 'parked':
    case 'rearmed':
    case 'paused':
    case 'resumed':
    case 'unowned-tasks':
      return [];
  }
}

const purchaseOf = ({ count, cost }: { readonly count: number; readonly cost: number }): readonly Measurement[] => [
  ['Purchases', 1],
  ['NodesBought', count],
  ['Spend', cost],
];

/** At least 0: the sender's clock may be ahead. */
function secondsSince({ occurredAt, at }: { readonly occurredAt: string; readonly at: string }): number {
  return Math.max(0, Date.parse(at) - Date.parse(occurredAt)) / 1000;
}
