// Whether everything ended as it should. The functions are not asked: the simulator says what was bought, the ledger what
// was written down, and the queues what is left.

import type { Told } from './chapter.ts';
import type { Evidence } from './evidence.ts';
import type { Fate } from './fates.ts';

export interface Ending {
  readonly chapter: Omit<Told, 'title'>;
  readonly fate: Fate;
}

/** @returns each difference as a sentence; none when all is well */
export function differences(endings: readonly Ending[], evidence: Evidence): readonly string[] {
  return [...wrongEndings(endings), ...wrongPurchases(evidence), ...wrongQueues(endings, evidence)];
}

const wrongEndings = (endings: readonly Ending[]): readonly string[] =>
  endings
    .filter(({ chapter, fate }) => !chapter.ends.includes(fate.outcome))
    .map(
      ({ chapter: { what, ends }, fate }) =>
        `the ${what} should have been ${ends.join(' or ')}, and was ${fate.outcome}: ${fate.why}`,
    );

function wrongPurchases({ requests, purchases }: Evidence): readonly string[] {
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
      ({ taskId, count }) => `the simulator sold ${count} nodes as task ${taskId}, and the ledger knows nothing of it`,
    );
  const unfinished = requests
    .filter(({ state }) => state !== 'accepted' && state !== 'rejected')
    .map(({ key, state }) => `the purchase of ${key} is ${state}`);
  return [...unmatched, ...unknown, ...unfinished];
}

function wrongQueues(endings: readonly Ending[], { alerts, deadLetters }: Evidence): readonly string[] {
  const left = alerts.ready.length + alerts.inFlight.length + alerts.delayed.length;
  const dead = deadLetters.ready.length;
  const expected = endings.filter(({ fate }) => fate.outcome === 'dead-lettered').length;
  return [
    ...(left === 0 ? [] : [`${left} messages are left on the queue`]),
    ...(dead === expected ? [] : [`${dead} messages are on the dead-letter queue, and ${expected} should be`]),
  ];
}
