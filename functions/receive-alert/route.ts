// What the path of a request says: who sends, for which cluster and, for a sender that can set no header, by which right.
import type { Source } from '../domain/job/scale-job.ts';

export type WebhookSource = Extract<Source, 'alertmanager' | 'grafana' | 'arms' | 'cloudmonitor'>;

export interface Route {
  readonly source: WebhookSource;
  /** Absent where the alerts themselves have to tell. */
  readonly cluster?: string;
  /** Shown in the path. */
  readonly token?: string;
}

const sources: readonly WebhookSource[] = ['alertmanager', 'grafana', 'arms', 'cloudmonitor'];

/** For people who got the path wrong. */
export const knownPaths = `/alerts/{${sources.join('|')}}/{cluster}, where the cluster may be left out`;

/**
 * /alerts/{source}, /alerts/{source}/{cluster}, and for CloudMonitor either of them with /token/{token} behind it: its
 * callback takes a URL and nothing else. Not a query: others cut it off, or add one of their own. Names and tokens have
 * no character that a URL would spell in another way.
 * @returns undefined for any other path
 */
export function findRoute(path: string): Route | undefined {
  const [empty, alerts, named, ...rest] = path.replace(/\/$/, '').split('/');
  const source = sources.find((known) => known === named);
  if (empty !== '' || alerts !== 'alerts' || !source || rest.includes('')) return undefined;
  const tokenAt = source === 'cloudmonitor' && rest.at(-2) === 'token' ? rest.length - 2 : rest.length;
  const [cluster, ...tooMany] = rest.slice(0, tokenAt);
  const token = rest[tokenAt + 1];
  if (tooMany.length > 0) return undefined;
  return { source, ...(cluster !== undefined && { cluster }), ...(token !== undefined && { token }) };
}
