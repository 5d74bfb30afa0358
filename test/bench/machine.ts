// What the figures were measured on, without what tells one owner's machine from another's.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, platform } from 'node:os';
import { dirname, join } from 'node:path';

/** Those that the figures depend on. */
const packages = [
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/client-secrets-manager',
  '@aws-sdk/client-sqs',
  '@middy/core',
  'got',
  'zod',
  'esbuild',
  'dynalite',
  'fauxqs',
  '@aws-lambda-powertools/logger',
  '@aws-lambda-powertools/batch',
  '@aws-lambda-powertools/idempotency',
  '@alicloud/openapi-core',
] as const;

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly platform: string;
  readonly node: string;
  /** Processes that wanted to run in the last minute: more than there are cores is noise. */
  readonly load: number;
  readonly packages: Readonly<Record<string, string>>;
}

export function describeMachine(): Machine {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    platform: platform(),
    node: process.version,
    load: loadavg()[0] ?? Number.NaN,
    packages: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
  };
}

const modules = join(dirname(createRequire(import.meta.url).resolve('zod/package.json')), '..');

function versionOf(name: string): string {
  const { version = 'unknown' }: { readonly version?: string } = JSON.parse(
    readFileSync(join(modules, name, 'package.json'), 'utf8'),
  );
  return version;
}
