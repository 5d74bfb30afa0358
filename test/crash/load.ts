// What the world asks for meanwhile: people's jobs, alarms by both ways, the same again, other things under a used key, and
// poison. It remembers all that it has sent: the audit wants every single one of them back.
import { parseAlert } from '../../functions/domain/alerts/parse-alert.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import { alarmEvent, alarmNotification } from '../../infra/local/demo/alarm-messages.ts';
import type { Random } from '../fuzz/random.ts';

export interface Load {
  /** Sends one message more. */
  step(): Promise<void>;
  /** What was asked for under each key. */
  readonly asked: ReadonlyMap<string, ReadonlySet<string>>;
  /** Messages that can never become a job. */
  readonly poison: ReadonlySet<string>;
  readonly messages: () => number;
}

interface LoadDeps {
  readonly config: Config;
  readonly random: Random;
  readonly send: (body: string) => Promise<void>;
  readonly publishAlarm: (subject: string, message: string) => Promise<void>;
}

/** A message, remembered so that it can come again: from SQS, which delivers at least once, or by the other way. */
type Sending = () => Promise<void>;

/** So many of the latest messages may come again. */
const remembered = 30;

export function createLoad({ config, random, send, publishAlarm }: LoadDeps): Load {
  const clusters = Object.keys(config.clusters) as [string, ...string[]];
  const asked = new Map<string, Set<string>>();
  const poison = new Set<string>();
  const latest: Sending[] = [];
  let messages = 0;

  /** @param alert without the envelope that SNS may put around it */
  function note(alert: string): void {
    messages += 1;
    const parsed = parseAlert(alert, { config, now: Number.POSITIVE_INFINITY });
    if (parsed.kind !== 'jobs') poison.add(alert);
    else for (const { key, payload } of parsed.jobs) asked.set(key, (asked.get(key) ?? new Set()).add(payload));
  }

  function plain(body: string): Sending {
    return () => {
      note(body);
      return send(body);
    };
  }

  function throughSns({ subject, message }: { readonly subject: string; readonly message: string }): Sending {
    return () => {
      note(message);
      return publishAlarm(subject, message);
    };
  }

  /** The cluster goes with the number: the same number again is the same key, and most probably another wish. */
  function manual(number: number): Sending {
    const cluster = clusters[number % clusters.length];
    const amount = random.chance(0.9) ? { add: 1 + random.integer(3) } : { reach: 4 + random.integer(60) };
    const requestedAt = new Date(Date.now()).toISOString();
    const job = { version: 1, kind: 'manual', key: `job-${number}`, cluster, ...amount };
    return plain(JSON.stringify({ ...job, requestedBy: 'the crash test', requestedAt }));
  }

  /** In one envelope now, and perhaps in the same or the other one later. */
  function alarm(): Sending {
    const transition = { alarm: `${random.pick(clusters)}-load`, by: random.integer(40), at: Date.now() };
    const notification = throughSns(alarmNotification(transition));
    const event = plain(alarmEvent(transition, `event-${messages}`));
    latest.push(random.chance(0.5) ? event : notification);
    return random.chance(0.5) ? notification : event;
  }

  function spoilt(): Sending {
    const bodies = [
      `no JSON (${messages})`,
      `{"kind":"unknown","n":${messages}}`,
      `{"version":1,"kind":"manual","n":${messages}}`,
    ];
    return plain(bodies[random.integer(bodies.length)] ?? '');
  }

  function next(): Sending {
    const of = random.integer(100);
    const [first, ...others] = latest;
    if (of < 20 && first) return random.pick([first, ...others]);
    if (of < 25 && messages > 0) return manual(random.integer(messages));
    if (of < 30) return spoilt();
    return of < 50 ? alarm() : manual(messages);
  }

  return {
    async step() {
      const sending = next();
      latest.push(sending);
      latest.splice(0, latest.length - remembered);
      await sending();
    },
    asked,
    poison,
    messages: () => messages,
  };
}
