import type { MetricName } from '../metrics.ts';
import type { JobEvent } from './job-event-schema.ts';

/** A metric and what is added to it. */
export type Measurement = readonly [MetricName, number];

/** What an event counts for, in the series of its cluster. */
export function measurementsOf(event: JobEvent): readonly Measurement[] {
  switch (event.state) {
    case 'bought':
      return [...purchaseOf(event), ['TimeToAccepted', secondsSince(event)]];
    case 'resolved':
      // When it was accepted, nobody knows: no time counts.
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
      // Those that are Ready count with the others, once it ends as ready or partial.
      return [['NodesOverdue', 1]];
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

/** From the need to the event. The sender's clock may be ahead of ours: no less than nothing. */
function secondsSince({ occurredAt, at }: { readonly occurredAt: string; readonly at: string }): number {
  return Math.max(0, Date.parse(at) - Date.parse(occurredAt)) / 1000;
}
