// Leaves out what is not for the clusters of the message's webhook token, whether the path, a label or the rule of an alarm
// named its cluster.
import type { ScaleJob } from '../job/scale-job.ts';
import { type AlertContext, type ParsedAlert, poison } from './dialect.ts';

type Bounds = Pick<AlertContext, 'allowedClusters'>;

/** Jobs and recoveries for other clusters are left out with a warning. A message that has only such jobs is poison. */
export function onlyAllowed(parsed: ParsedAlert, { allowedClusters }: Bounds): ParsedAlert {
  if (allowedClusters === undefined) return parsed;
  const isAllowed = ({ cluster }: { readonly cluster: string }): boolean => allowedClusters.includes(cluster);
  const jobs: readonly ScaleJob[] = parsed.kind === 'jobs' ? parsed.jobs : [];
  const { recoveries = [] } = parsed;
  const others = new Set([...jobs, ...recoveries].filter((one) => !isAllowed(one)).map(({ cluster }) => cluster));
  if (others.size === 0) return parsed;
  const why = `cluster: ${[...others].join(' and ')} is not allowed to the token of this message; use ${allowedClusters.join(' or ')}, or add it to the token`;
  const { recoveries: _, warnings = [], ...rest } = parsed;
  const ours = recoveries.filter(isAllowed);
  const more = { warnings: [...warnings, why], ...(ours.length > 0 && { recoveries: ours }) };
  if (rest.kind !== 'jobs') return { ...rest, ...more };
  const kept = jobs.filter(isAllowed);
  if (kept.length > 0) return { ...rest, jobs: kept, ...more };
  const { truncated } = rest;
  return { ...poison('invalid-field', why), ...more, warnings, ...(truncated !== undefined && { truncated }) };
}
