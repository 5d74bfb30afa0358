import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import type { ConfigInput } from '../../functions/domain/config/types.ts';
import { writeConfigFile } from '../../infra/bundle/config-file.ts';

/** Where Lambda would have put a function that was deployed with this config. Removed after the last test. */
export function taskRootOf(config: ConfigInput): string {
  const directory = mkdtempSync(join(tmpdir(), 'task-root-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  writeConfigFile('scale-out', directory, checkedConfig(config));
  return directory;
}
