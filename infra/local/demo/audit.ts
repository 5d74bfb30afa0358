// Compares the results of the demo with the simulator, the ledger and the queues.
import type { MessageDescription } from './demo-message.ts';
import type { DemoRecords } from './demo-records.ts';
import type { MessageOutcome } from './message-outcomes.ts';

export interface DemoResult {
  readonly message: Omit<MessageDescription, 'title'>;
  readonly result: MessageOutcome;
}

/** @returns each difference as a sentence */
export function differences(results: readonly DemoResult[], records: DemoRecords): readonly string[] {
  return [...wrongOutcomes(results), ...wrongPurchases(records), ...wrongQueues(results, records)];
}

const wrongOutcomes = (results: readonly DemoResult[]): readonly string[] =>
  results
    .filter(({ message, result }) => !message.ends.includes(result.outcome))
    .map(
      ({ message: { what, ends }, result }) =>
        `the ${what} should have been ${ends.join(' or ')}, and was ${result.outcome}: ${result.why}`,
    );

function wrongPurchases({ requests, purchases }: DemoRecords): readonly string[] {
  const accepted = requests.filter(({ state }) => state === 'accepted');
  const unmatched = accepted.flatMap(({ key, count, taskId }) => {
    const bought = purchases.filter((purchase) => purchase.taskId === taskId);
    if (bought.length !== 1)
      return [`${key} is accepted as task ${taskId}, and the simulator has ${bought.length} of it`];
    return bought[0]?.count === count ? [] : [`${key} asked for ${count} nodes, and ${bought[0]?.count} were bought`];
  });
  const unknown = purchases
    .filter(({ taskId }) => !accepted.some((request) => request.taskId === taskId))
    .map(
      ({ taskId, count }) => `the simulator sold ${count} nodes as task ${taskId}, and the ledger has no record of it`,
    );
  const unfinished = requests
    .filter(({ state }) => state !== 'accepted' && state !== 'rejected')
    .map(({ key, state }) => `the purchase of ${key} is ${state}`);
  return [...unmatched, ...unknown, ...unfinished];
}

function wrongQueues(results: readonly DemoResult[], { alerts, deadLetters }: DemoRecords): readonly string[] {
  const left = alerts.ready.length + alerts.inFlight.length + alerts.delayed.length;
  const dead = deadLetters.ready.length;
  const expected = results.filter(({ result }) => result.outcome === 'dead-lettered').length;
  return [
    ...(left === 0 ? [] : [`${left} messages are left on the queue`]),
    ...(dead === expected ? [] : [`${dead} messages are on the dead-letter queue, and ${expected} should be`]),
  ];
}
