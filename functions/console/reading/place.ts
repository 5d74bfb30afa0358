// Where the console works, and what it may do there.
import type { CommandDeps } from '../../cli/target/command-line.ts';
import type { Target } from '../../cli/target/target.ts';
import type { Config } from '../../domain/config/types.ts';

export interface Place {
  readonly target: Target;
  /** The same place as arguments of a command: what `target.flags` is as text. */
  readonly targetArgs: readonly string[];
  readonly config: Config;
  readonly deps: CommandDeps;
  /** Runs a command of `npx scale-out`. @returns its exit code */
  readonly run: (args: readonly string[], deps: CommandDeps) => Promise<number>;
  /** Whether the pages offer actions, and the server takes them. */
  readonly mayAct: boolean;
  /** IANA name of the zone of the times shown. */
  readonly timeZone: string;
}

/** How often a page reads again, and how old what it shows may be: milliseconds. */
export const refreshMs = ({ target: { engine } }: Pick<Place, 'target'>): number => (engine ? 1000 : 8000);
