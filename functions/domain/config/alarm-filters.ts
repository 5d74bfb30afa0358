// How EventBridge selects the alarms of the config. It refuses a rule with too many wildcards when it is deployed, so the
// filters avoid them: the longer end of a pattern selects, and the function ignores what no pattern claims (alarm-rules.ts).
// Filters: AWS, "Comparison operators for use in event patterns in Amazon EventBridge".
import type { PlacedAlarm } from './alarm-overlaps.ts';

export type AlarmFilter =
  | string
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly wildcard: string }
  | { readonly exists: true };

/** A pattern of an event rule has at most 2,048 characters, with all its other parts. */
const maxLength = 1600;
/** EventBridge documents no number. Rules with six stars were accepted, and with eight refused; a filter here has two. */
const maxWildcards = 3;

/** What lets each of the alarms through, and perhaps others. */
export function alarmFilters(names: readonly string[]): readonly AlarmFilter[] {
  const filters = names.map(filterOf);
  const all = filters.find(isEveryName);
  return all === undefined ? distinct(filters) : [all];
}

export function filterProblems(alarms: readonly PlacedAlarm[]): string[] {
  const filters = alarms.map(({ name, place }) => ({ name, place, filter: filterOf(name) }));
  if (filters.some(({ filter }) => isEveryName(filter))) return [];
  const wildcards = filters.filter(({ filter }) => typeof filter === 'object' && 'wildcard' in filter);
  const [fourth] = distinct(wildcards, ({ filter }) => filter).slice(maxWildcards);
  const tooLong = filters.find((_, i) => lengthOf(alarms.slice(0, i + 1).map(({ name }) => name)) > maxLength);
  return [
    ...(fourth
      ? [
          `${fourth.place}: ${fourth.name} is number ${maxWildcards + 1} of the patterns that begin and end with *, and EventBridge takes ${maxWildcards}; give it a beginning or an end without *`,
        ]
      : []),
    ...(tooLong
      ? [
          `${tooLong.place}: ${tooLong.name} and the names before it take more than the ${maxLength} characters that fit into an event rule; use fewer names, with * at their ends`,
        ]
      : []),
  ];
}

function filterOf(name: string): AlarmFilter {
  const parts = name.split('*');
  const [head = '', tail = ''] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return name;
  if (head === '' && tail === '') {
    const [middle = ''] = parts.toSorted((a, b) => b.length - a.length);
    return middle === '' ? { exists: true } : { wildcard: `*${middle.replaceAll('\\', '\\\\')}*` };
  }
  return head.length >= tail.length ? { prefix: head } : { suffix: tail };
}

const isEveryName = (filter: AlarmFilter): boolean => typeof filter === 'object' && 'exists' in filter;

const lengthOf = (names: readonly string[]): number => JSON.stringify(alarmFilters(names)).length;

/** The first of each that are equal. */
function distinct<T>(all: readonly T[], keyOf: (one: T) => unknown = (one) => one): readonly T[] {
  const keys = all.map((one) => JSON.stringify(keyOf(one)));
  return all.filter((_, i) => keys.indexOf(keys[i] ?? '') === i);
}
