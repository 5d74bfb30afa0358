export const operations = [
  'ScaleOutCluster',
  'DescribeTaskInfo',
  'DescribeClusterTasks',
  'DescribeClusterNodes',
  'DescribeClusterDetail',
] as const;

/** The value of `x-acs-action`. */
export type Operation = (typeof operations)[number];

/** An operation and the object that its path names: a task for DescribeTaskInfo, else a cluster. */
export type Route = { readonly operation: Operation; readonly id: string };

const patterns: readonly (readonly [method: string, path: RegExp, operation: Operation])[] = [
  ['POST', /^\/api\/v2\/clusters\/([^/]+)$/, 'ScaleOutCluster'],
  ['GET', /^\/tasks\/([^/]+)$/, 'DescribeTaskInfo'],
  ['GET', /^\/clusters\/([^/]+)\/tasks$/, 'DescribeClusterTasks'],
  ['GET', /^\/clusters\/([^/]+)\/nodes$/, 'DescribeClusterNodes'],
  ['GET', /^\/clusters\/([^/]+)$/, 'DescribeClusterDetail'],
];

/** undefined for an unknown or undecodable path. */
export function findRoute(method: string, path: string): Route | undefined {
  for (const [verb, pattern, operation] of patterns) {
    const segment = verb === method ? pattern.exec(path)?.[1] : undefined;
    if (segment === undefined) continue;
    const id = decodeSegment(segment);
    return id === undefined ? undefined : { operation, id };
  }
  return undefined;
}

/** undefined for invalid percent-encoding. */
export function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
