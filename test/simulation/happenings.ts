// What happens to processes from outside in a few histories only: pauses, a deployment, clocks that jump, alarms that move.
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { timings } from '../../functions/domain/timings.ts';
import { startLeaseCheck, startSwitch } from './actors.ts';
import { createAlertmanager } from './alertmanager.ts';
import { drawSkew } from './clocks.ts';
import type { Deployment } from './deployment.ts';
import { moveLease } from './leases.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

interface HappeningDeps {
  readonly world: World;
  readonly scenario: Scenario;
  readonly random: Random;
  readonly deployment: Deployment;
  readonly arrive: (body: string) => void;
}

/** A name for the tally, and what it does. */
interface Happening {
  readonly name: string;
  readonly run: () => unknown;
}

/** @returns one of those that this history has; undefined when it has none */
export function createHappenings({ world, scenario, random, deployment, arrive }: HappeningDeps) {
  const { events, config } = scenario;
  const clusters = Object.keys(config.clusters);
  const skew = () => drawSkew(random, scenario.gatewaySkewMs);

  /** What stands does little else. */
  const often = <T>(one: T): readonly T[] => Array.from({ length: scenario.weather.stands ? 8 : 1 }, () => one);

  function deploy(): Happening | undefined {
    return deployment.isDue() ? { name: 'deployment', run: () => deployment.deploy() } : undefined;
  }

  function switchOne(): Happening {
    const [name, skewMs] = [random.pick(clusters), skew()];
    const paused = (world.table.items.get(`CLUSTER#${name}`) as { readonly paused?: unknown } | undefined)?.paused;
    const to = paused ? 'resume' : 'pause';
    return { name: to, run: () => startSwitch(world, name, to, skewMs) };
  }

  function jump(): Happening | undefined {
    const [one] = [...world.processes].sort(() => random.next() - 0.5);
    const skewMs = skew();
    if (!one || Math.abs(one.skewMs - scenario.gatewaySkewMs) > timings.maxClockSkewMs) return undefined;
    return {
      name: 'clock-jump',
      run: () => {
        one.skewMs = skewMs;
        one.mostSkewMs = Math.max(one.mostSkewMs, skewMs);
      },
    };
  }

  function moveAlarm(): Happening | undefined {
    const { cloudwatch, now } = world;
    const names = cloudwatch.names();
    const kind = random.pick(['recovers', 'goes-off-anew', 'muted', 'suppressed', ...often('moves' as const)] as const);
    if (names.length === 0) return undefined;
    const alarm = random.pick(names);
    const at = now() + scenario.gatewaySkewMs;
    const value = random.below(40);
    const run = {
      recovers: () => cloudwatch.recover(alarm, at),
      'goes-off-anew': () => arrive(cloudwatch.goOffAnew(alarm, at) ?? ''),
      muted: () => cloudwatch.mute(alarm),
      suppressed: () => cloudwatch.suppress(alarm),
      moves: () => cloudwatch.move(alarm, 50 + value),
    }[kind];
    return { name: `alarm-${kind}`, run };
  }

  function checkOrMoveLease(): Happening | undefined {
    const name = random.pick(clusters);
    if (random.chance(0.5)) {
      const [skewMs, how] = [skew(), { config: deployment.draw(random) }];
      return { name: 'lease-check', run: () => startLeaseCheck(world, name, skewMs, how) };
    }
    return moveLease(world, config.clusters[name]?.id ?? '', random);
  }

  const alertmanager = createAlertmanager(scenario.bodies, random);

  function moveAlert(): Happening | undefined {
    const at = world.now() + scenario.gatewaySkewMs;
    const name = random.pick(['recovers', 'recovers', 'fires-anew', ...often('repeated' as const)] as const);
    const body = {
      recovers: () => alertmanager.recover(at),
      'fires-anew': () => alertmanager.fireAnew(at),
      repeated: () => alertmanager.repeat(),
    }[name]();
    return body === undefined ? undefined : { name: `alert-${name}`, run: () => arrive(body) };
  }

  function loseNote(): Happening | undefined {
    const rightTime = world.now() + scenario.gatewaySkewMs;
    const notes = [...world.notes.items.values()].filter(
      ({ pk, expiresAt }) => String(pk).startsWith('WAIT#') || Number(expiresAt) * 1000 <= rightTime,
    );
    if (notes.length === 0) return undefined;
    const { pk, sk } = random.pick(notes);
    const lost = new DeleteCommand({ TableName: 'notes', Key: { pk, sk } });
    return { name: 'note-lost', run: () => world.notes.execute(lost) };
  }

  const possible = [
    ...(scenario.earlier ? [deploy] : []),
    ...(events.pauses ? [switchOne] : []),
    ...(events.jumps ? [jump] : []),
    ...(events.alarms ? [moveAlarm] : []),
    ...(scenario.leasesReadMs === undefined ? [] : [checkOrMoveLease, checkOrMoveLease]),
    ...(events.groups ? [moveAlert, moveAlert] : []),
    ...(events.notes ? [loseNote] : []),
  ];
  return possible.length === 0 ? undefined : (): Happening | undefined => random.pick(possible)();
}
