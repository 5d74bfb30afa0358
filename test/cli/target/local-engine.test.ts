import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  type EngineInfo,
  findEngine,
  registerEngine,
  unregisterEngine,
} from '../../../functions/cli/target/local-engine.ts';
import { engineInfo } from '../stand-ins.ts';

const info = engineInfo({ sqs: 'http://s', dynamodb: 'http://d', queueUrl: 'http://s/alerts', tableName: 'ledger' });
let file: string;

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'scale-out-engine-')), 'cache', 'engine.json');
  process.env['EDGE_SCALE_OUT_ENGINE'] = file;
});

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env['EDGE_SCALE_OUT_ENGINE'];
  rmSync(dirname(dirname(file)), { recursive: true });
});

test('finds no engine where none was registered', () => {
  expect(findEngine()).toBeUndefined();
});

test('finds the engine that was registered, whole', () => {
  registerEngine(info);
  expect(findEngine()).toEqual(info);
});

test('keeps the file to its owner, and leaves no draft of it behind', () => {
  registerEngine(info);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(dirname(file))).toEqual(['engine.json']);
});

test('finds the engine that was registered last', () => {
  registerEngine(info);
  registerEngine({ ...info, tableName: 'second' });
  expect(findEngine()?.tableName).toBe('second');
});

const goneProcess = () => spawnSync(process.execPath, ['--version']).pid;

test('takes an engine whose process is gone for none', () => {
  registerEngine({ ...info, pid: goneProcess() });
  expect(existsSync(file)).toBe(true);
  expect(findEngine()).toBeUndefined();
});

test('finds an engine that runs as another user', () => {
  // A process that may not be signalled answers EPERM; to root, who may run this test, none does.
  jest.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  });
  const elsewhere = { ...info, pid: goneProcess() };
  registerEngine(elsewhere);
  expect(findEngine()).toEqual(elsewhere);
});

const { queueUrl: _, ...withoutQueue } = info;
test.each<[string, string]>([
  ['half a file', JSON.stringify(info).slice(0, 40)],
  ['a file without a queue', JSON.stringify(withoutQueue)],
  ['a file with pid 0, which would stand for a whole process group', JSON.stringify({ ...info, pid: 0 })],
  ['a file with an empty endpoint', JSON.stringify({ ...info, endpoints: { ...info.endpoints, sqs: '' } })],
])('takes %s for no engine', (_what, content) => {
  registerEngine(info);
  writeFileSync(file, content);
  expect(findEngine()).toBeUndefined();
});

test('is gone once it unregistered, and may unregister twice', () => {
  registerEngine(info);
  unregisterEngine();
  unregisterEngine();
  expect(existsSync(file)).toBe(false);
});

describe('a second engine', () => {
  const first: EngineInfo = { ...info, pid: process.ppid, tableName: 'first' };
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    registerEngine(first, () => undefined);
    registerEngine(info, (text) => said.push(text));
  });

  test('says that the first runs, and is found', () => {
    expect(said).toEqual([expect.stringMatching(new RegExp(`process ${process.ppid}, .*process ${process.pid}`))]);
    expect(findEngine()).toEqual(info);
  });

  test('leaves the first to be found again when it ends', () => {
    unregisterEngine();
    expect(findEngine()).toEqual(first);
  });

  test('is followed by the first when it was killed', () => {
    registerEngine({ ...info, pid: goneProcess() }, () => undefined);
    expect(findEngine()).toEqual(info);
  });
});

test('leaves the registration of another engine alone when it unregisters', () => {
  const later: EngineInfo = { ...info, pid: process.ppid };
  registerEngine(later);
  unregisterEngine();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(later);
});
