// The config of a function, beside its bundle.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configFileName, configText } from '../../functions/domain/config/config-text.ts';
import type { Config } from '../../functions/domain/config/types.ts';
import type { FunctionName } from './function-names.ts';

/** For a function that reads one: `announce` publishes what the others did, and a new config does not concern it. */
export function writeConfigFile(name: FunctionName, directory: string, config: Config): void {
  if (name !== 'announce') writeFileSync(join(directory, configFileName), configText(config));
}
