// The path of a request: sender, cluster, and the token of a sender that cannot set a header.
import { type WebhookSource, webhookSources } from '../domain/job/scale-job.ts';

export interface Route {
  readonly source: WebhookSource;
  /** Absent where the alerts name their cluster. */
  readonly cluster?: string;
  readonly token?: string;
}

export const knownPaths = `/alerts/{${webhookSources.join('|')}}/{cluster}, where the cluster may be left out`;

/**
 * /alerts/{source}, /alerts/{source}/{cluster}, and for CloudMonitor with /token/{token} at the end: its callback has a URL
 * only. Not in the query, which proxies may cut off or extend.
 */
export function findRoute(path: string): Route | undefined {
  const [empty, alerts, named, ...rest] = path.replace(/\/$/, '').split('/');
  const source = webhookSources.find((known) => known === named);
  if (empty !== '' || alerts !== 'alerts' || !source || rest.includes('')) return undefined;
  const tokenAt = source === 'cloudmonitor' && rest.at(-2) === 'token' ? rest.length - 2 : rest.length;
  const [cluster, ...tooMany] = rest.slice(0, tokenAt);
  const token = rest[tokenAt + 1];
  if (tooMany.length > 0) return undefined;
  return { source, ...(cluster !== undefined && { cluster }), ...(token !== undefined && { token }) };
}
