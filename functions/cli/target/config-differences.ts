import { isDeepStrictEqual } from 'node:util';
import { isObject, own } from '../../domain/record.ts';

/**
 * Where two configs differ, in one line each, such as `clusters.edge.limits.maxNodes is 20, and not 10`. Lists count as one value.
 * @param path of both values
 */
export function configDifferences(deployed: unknown, ours: unknown, path = ''): readonly string[] {
  if (isDeepStrictEqual(deployed, ours)) return [];
  if (!isObject(deployed) || !isObject(ours)) return [`${path} ${differenceOf(deployed, ours)}`];
  return [...new Set([...Object.keys(deployed), ...Object.keys(ours)])].flatMap((key) =>
    configDifferences(own(deployed, key), own(ours, key), path === '' ? key : `${path}.${key}`),
  );
}

function differenceOf(deployed: unknown, ours: unknown): string {
  if (ours === undefined) return 'is missing';
  if (deployed === undefined) return 'is new';
  const isLong = [deployed, ours].some((value) => typeof value === 'object');
  return isLong ? 'differs' : `is ${JSON.stringify(ours)}, and not ${JSON.stringify(deployed)}`;
}
