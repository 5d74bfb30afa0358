/** `1 node`, `2 nodes` */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
/** @param kind stands before the noun, such as `more ` */
export const nodes = (count: number, kind = ''): string => plural(count, `${kind}node`);
