// Which config a process begins with. A deployment replaces one by the other; what runs lives on with what it has, and for
// as long as the storm lasts some containers of before are used still.
import type { Config } from '../../functions/domain/config/types.ts';
import { timings } from '../../functions/domain/timings.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

export type Deployment = ReturnType<typeof createDeployment>;

/** So long nobody scales a cluster before it is declared exclusive: no task of that time may be dated as one of ours. */
const handoverMs = 2 * 60_000 + 4 * timings.maxClockSkewMs;

export function createDeployment({ config, earlier }: Scenario, world: World) {
  let deployed = earlier === undefined;
  /** When a person bought in a cluster last. */
  const boughtAt = new Map<string, number>();
  const isExclusive = (of: Config, name: string): boolean => of.clusters[name]?.exclusive === true;
  const present = (): Config => (deployed || !earlier ? config : earlier);

  return {
    present,
    isDue: (): boolean => !deployed,
    /** What a process begins with. */
    draw: (random: Random): Config => (earlier && deployed && random.chance(0.25) ? earlier : present()),
    deploy() {
      deployed = true;
      for (const [name, at] of boughtAt)
        if (isExclusive(config, name)) world.pass(Math.max(0, at + handoverMs - world.now()));
    },
    /** Whether a person may buy in a cluster: no process, and none that may still begin, believes that nobody does. */
    isShared: (name: string): boolean => {
      const inUse = [present(), ...(deployed && earlier ? [earlier] : [])];
      const configs = [...inUse, ...[...world.processes].map((one) => one.config)];
      return configs.every((one) => !isExclusive(one, name));
    },
    notePurchase(name: string) {
      boughtAt.set(name, world.now());
    },
  };
}
