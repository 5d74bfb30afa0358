// What goes wrong beside the crashes: the network and the service of the simulator, one fault after another, and somebody
// else who buys in the clusters that are not ours alone.

import type { AckCore } from '../../functions/backtest/world/ack/core.ts';
import type { Fault } from '../../functions/backtest/world/ack/fault-schema.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import type { Random } from '../fuzz/random.ts';

export interface Weather {
  /** Makes something go wrong, at times. To be called ten times a second. */
  blow(): void;
  /** Nothing goes wrong any more. */
  clear(): void;
  /** How often, by kind; a fault that nobody has met yet counts as well. */
  readonly faults: () => Readonly<Record<string, number>>;
}

/** More at a time would leave few purchases without one. */
const maxFaults = 2;

export function createWeather(
  { simulator, config }: { readonly simulator: AckCore; readonly config: Config },
  random: Random,
): Weather {
  const counts: Record<string, number> = {};
  const [shared, ...others] = Object.values(config.clusters).flatMap(({ exclusive, id }) => (exclusive ? [] : [id]));

  function spoil(): void {
    if (simulator.faults().length >= maxFaults) return;
    const fault = random.pick(faults(random));
    simulator.setFault({ ...fault, times: 1 });
    const name = 'when' in fault ? `${fault.kind} ${fault.when}` : fault.kind;
    counts[name] = (counts[name] ?? 0) + 1;
  }

  return {
    blow() {
      if (random.chance(0.2)) spoil();
      if (shared !== undefined && random.chance(0.02)) simulator.consoleScaleOut(random.pick([shared, ...others]), 1);
    },
    clear: () => simulator.clearFaults(),
    faults: () => counts,
  };
}

/** Left out are nodes that never join: after some of them a cluster buys nothing any more, as it should. */
function faults(random: Random): readonly [Fault, ...Fault[]] {
  return [
    { kind: 'drop', when: 'before' },
    { kind: 'drop', when: 'before', operation: 'any' },
    { kind: 'drop', when: 'after' },
    { kind: 'half-close' },
    { kind: 'truncate' },
    { kind: 'truncate', cut: 'connection' },
    { kind: 'no-task-id' },
    { kind: 'error', status: 500, when: 'after' },
    { kind: 'error', status: 503, when: 'before' },
    { kind: 'error', status: 503, when: 'before', operation: 'DescribeClusterTasks' },
    { kind: 'throttle', status: 429, retryAfterMs: 1000 * random.integer(120) },
    { kind: 'latency', ms: 10 + random.integer(490) },
    // Up to the 15 minutes that its date is good for, and a little beyond them.
    { kind: 'late-execution', delayMs: 1000 * random.integer(1000) },
    { kind: 'no-stock' },
    { kind: 'partial', got: 1 },
    { kind: 'task-fails', code: 'InternalError', message: 'the nodes could not be made' },
  ];
}
