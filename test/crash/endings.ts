// How each job ended. Every job that was asked for has one ending, and nothing has an ending that was not asked for.
import type { JobRecord, Purchase } from '../../functions/domain/job/purchase.ts';
import type { Books } from './books.ts';

export type Ending = 'accepted' | 'rejected' | 'skipped' | 'abandoned' | 'parked' | 'deadLettered';

interface Endings {
  readonly endings: Readonly<Record<Ending, number>>;
  readonly problems: readonly string[];
}

/**
 * @param verdicts by key
 * @param slots the purchases that stand in slots, by key
 */
export function endingsOf(
  { asked, poison, deadLetters }: Pick<Books, 'asked' | 'poison' | 'deadLetters'>,
  verdicts: ReadonlyMap<string, JobRecord>,
  slots: ReadonlyMap<string, Purchase>,
): Endings {
  const endings = { accepted: 0, rejected: 0, skipped: 0, abandoned: 0, parked: 0, deadLettered: 0 };
  const problems: string[] = [];
  const dead = new Map<string, Set<string>>();
  for (const { key, payload } of deadLetters.flatMap(({ jobs }) => jobs))
    dead.set(key, (dead.get(key) ?? new Set()).add(payload));

  for (const [key, payloads] of asked) {
    const [slot, verdict] = [slots.get(key), verdicts.get(key)];
    // A skip gives way to the verdict that is to come.
    if (slot && verdict && verdict.outcome !== 'skipped') problems.push(`${key} is ${verdict.outcome}, and in a slot`);
    const ended = slot ?? verdict;
    if (ended) endings[slot || !verdict ? 'parked' : verdict.outcome] += 1;
    else if (dead.has(key)) endings.deadLettered += 1;
    else problems.push(`lost: ${key} has no outcome, no slot and no dead letter`);
    if (ended) problems.push(...wishesOf(key, payloads, ended.payload, dead.get(key)));
  }

  for (const key of [...verdicts.keys(), ...slots.keys(), ...dead.keys()])
    if (!asked.has(key)) problems.push(`nobody asked for ${key}`);
  const bodies = new Set(deadLetters.map(({ body }) => body));
  for (const body of poison)
    if (!bodies.has(body)) problems.push(`lost: the poison ${JSON.stringify(body)} is no dead letter`);
  return { endings, problems };
}

/** Where a key was used again for something else, one of the wishes holds it, and each other one is a dead letter. */
function wishesOf(
  key: string,
  wishes: ReadonlySet<string>,
  granted: string,
  dead: ReadonlySet<string> = new Set(),
): readonly string[] {
  if (!wishes.has(granted)) return [`${key} ended as ${granted}, which nobody asked for`];
  return [...wishes]
    .filter((wish) => wish !== granted && !dead.has(wish))
    .map((wish) => `lost: ${key} was also to ${wish}, and no dead letter says that it could not be`);
}
