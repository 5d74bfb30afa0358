// The simulated Alertmanager: alerts that fire, go into groups, recover, and fire anew while their jobs wait.
import type { Random } from './random.ts';

interface Alert {
  readonly cluster: string;
  readonly fingerprint: string;
  /** How far beyond its threshold. */
  readonly by: number;
  /** Epoch milliseconds, by a clock that is right. */
  readonly startsAt: number;
  readonly endsAt?: number;
}

const minute = 60_000;

const labelsOf = (cluster: string) => ({ alertname: `${cluster}-load`, cluster });

function groupOf(alerts: readonly Alert[]): string {
  return JSON.stringify({
    version: '4',
    alerts: alerts.map(({ cluster, fingerprint, by, startsAt, endsAt }) => ({
      status: endsAt === undefined ? 'firing' : 'resolved',
      labels: labelsOf(cluster),
      annotations: { value: String(50 + by), threshold: '50' },
      startsAt: new Date(startsAt).toISOString(),
      ...(endsAt !== undefined && { endsAt: new Date(endsAt).toISOString() }),
      fingerprint,
    })),
  });
}

function alertsIn(body: string): readonly Alert[] {
  if (!body.startsWith('{"version":"4"')) return [];
  const { alerts } = JSON.parse(body) as {
    readonly alerts: readonly {
      readonly status: string;
      readonly labels: { readonly cluster: string };
      readonly annotations: { readonly value: string };
      readonly startsAt: string;
      readonly fingerprint: string;
    }[];
  };
  return alerts
    .filter(({ status }) => status === 'firing')
    .map(({ labels: { cluster }, annotations: { value }, startsAt, fingerprint }) => ({
      cluster,
      fingerprint,
      by: Number(value) - 50,
      startsAt: Date.parse(startsAt),
    }));
}

/** Groups that arrive one after the other: each has alerts of earlier ones, and new ones. @param at when the first of them fire */
export function drawGroups(random: Random, cluster: string, at: number): readonly string[] {
  const known: Alert[] = [];
  return Array.from({ length: 1 + random.below(3) }, () => {
    const again = known.filter(() => random.chance(0.6));
    const anew = Array.from({ length: 1 + random.below(2) }, (_, i) => ({
      cluster,
      fingerprint: `f${known.length + i}`,
      by: random.below(30),
      // Some have stood for a while, up to beyond the age at which they are stale.
      startsAt: at + known.length + i - random.pick([0, 0, 10 * minute, 50 * minute]),
    }));
    known.push(...anew);
    return groupOf([...again, ...anew]);
  });
}

export type Alertmanager = ReturnType<typeof createAlertmanager>;

/** @param bodies messages, of which those of groups tell what fires */
export function createAlertmanager(bodies: readonly string[], random: Random) {
  const firing = new Map<string, Alert>();
  const over: Alert[] = [];
  const nameOf = ({ cluster, fingerprint }: Alert): string => `${cluster} ${fingerprint}`;
  for (const alert of bodies.flatMap(alertsIn)) firing.set(nameOf(alert), alert);
  const others = ({ cluster }: Alert): readonly Alert[] =>
    [...firing.values()].filter((one) => one.cluster === cluster && random.chance(0.4));

  return {
    /** One alert is over. @returns the message that says so, with or without others; undefined when none fires */
    recover(at: number): string | undefined {
      if (firing.size === 0) return undefined;
      const alert = random.pick([...firing.values()]);
      firing.delete(nameOf(alert));
      over.push(alert);
      return groupOf([{ ...alert, endsAt: at }, ...others(alert)]);
    },
    /** One that was over fires again. */
    fireAnew(at: number): string | undefined {
      if (over.length === 0) return undefined;
      const alert = { ...random.pick(over), startsAt: at };
      firing.set(nameOf(alert), alert);
      return groupOf([alert, ...others(alert)]);
    },
    /** What fires, as after the time between two repeats, some of it with another value. */
    repeat(): string | undefined {
      const [first] = firing.values();
      const now = (alert: Alert): Alert => (random.chance(0.5) ? { ...alert, by: random.below(30) } : alert);
      return first && groupOf([first, ...others(first)].map(now));
    },
  };
}
