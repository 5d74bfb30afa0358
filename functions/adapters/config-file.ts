import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configFileName, readConfigText } from '../domain/config/config-text.ts';
import type { Config } from '../domain/config/types.ts';
import { errorMessage } from '../domain/problems.ts';
import { type Environment, required } from './environment.ts';

/**
 * What the function was deployed with. There is no other config to fall back to: one that nobody meant would buy.
 * @param env Lambda sets LAMBDA_TASK_ROOT, where the function's files are @throws Error that names the file
 */
export function readFunctionConfig(env: Environment): Config {
  const file = join(required(env, 'LAMBDA_TASK_ROOT'), configFileName);
  try {
    return readConfigText(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`the config of the function cannot be used; ${file}: ${errorMessage(error)}`);
  }
}
