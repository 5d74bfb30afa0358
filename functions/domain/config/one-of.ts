/** Which of two fields is given, where exactly one must be. */
export function onlyOne<A extends string, B extends string>(a: unknown, b: unknown, nameA: A, nameB: B) {
  if (a !== undefined && b !== undefined) return 'both';
  if (a === undefined && b === undefined) return 'neither';
  return a === undefined ? nameB : nameA;
}

export const unitProblem = (which: 'both' | 'neither', a: string, b: string): string =>
  `${which} ${a} ${which === 'both' ? 'and' : 'nor'} ${b}; give one of them`;
