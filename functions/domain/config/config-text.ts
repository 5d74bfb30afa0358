// The config as the functions read it, and as the stack keeps it for commands: checked and complete, with its schema.
import { isObject, own, parseJson } from '../record.ts';
import type { Config } from './types.ts';

/** Beside the bundle of a function. */
export const configFileName = 'config.json';

/** Another number where an earlier version would misread the config. */
const schema = 1;

/** @param config with its defaults, as readConfig makes it */
export const configText = (config: Config): string => `${JSON.stringify({ schema, config })}\n`;

/**
 * Without a check of its values: it was checked before it was written, and a check takes an eighth of a cold start.
 * @throws Error that says what is wrong with the text
 */
export function readConfigText(text: string): Config {
  const read = parseJson(text);
  if (!isObject(read)) throw new Error('it holds no JSON object');
  const found = own(read, 'schema');
  if (found !== schema) throw new Error(`its schema is ${JSON.stringify(found)}, and this version reads ${schema}`);
  const config = own(read, 'config');
  if (!isComplete(config)) throw new Error('it holds no config with clusters, labels and stack');
  return config;
}

const isComplete = (config: unknown): config is Config =>
  isObject(config) && ['clusters', 'labels', 'stack'].every((part) => isObject(own(config, part)));
