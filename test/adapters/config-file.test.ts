import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { readFunctionConfig } from '../../functions/adapters/config-file.ts';
import { config as shipped } from '../../functions/config.ts';
import { configText } from '../../functions/domain/config/config-text.ts';
import { checkedConfig } from '../../functions/domain/config/schema.ts';

const directory = mkdtempSync(join(tmpdir(), 'config-file-'));
afterAll(() => rmSync(directory, { recursive: true }));

const file = join(directory, 'config.json');
const env = { LAMBDA_TASK_ROOT: directory };

test('a function reads the config beside its bundle', () => {
  const config = checkedConfig(shipped);
  writeFileSync(file, configText(config));
  expect(readFunctionConfig(env)).toEqual(config);
});

test('without a config there is no other', () => {
  rmSync(file, { force: true });
  expect(() => readFunctionConfig(env)).toThrow(`the config of the function cannot be used; ${file}: ENOENT`);
  expect(() => readFunctionConfig({})).toThrow('environment variable LAMBDA_TASK_ROOT is missing');
});

test('a config of another schema is refused, and the file is named', () => {
  writeFileSync(file, '{"schema":2,"config":{}}');
  expect(() => readFunctionConfig(env)).toThrow(`${file}: its schema is 2, and this version reads 1`);
});
