import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const script = new URL('../../infra/prefer-installed-node.mjs', import.meta.url);
let directory: string;
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'scale-out-node-')));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A Node that only tells its version. */
function aNode(path: string, version: string): string {
  const file = join(directory, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho ${version}\n`);
  chmodSync(file, 0o755);
  return file;
}

test.each([
  ['v24.16.0', 'brought'],
  ['v22.23.2', 'brought'],
  ['v24.17.0', 'installed'],
  ['v26.1.0', 'installed'],
])('scripts run an installed Node %s as the one that is %s', (version, preferred) => {
  const nodes = { brought: aNode('node_modules/brought/node', 'v24.21.0'), installed: aNode('usr/node', version) };
  mkdirSync(join(directory, 'node_modules/.bin'));
  const link = join(directory, 'node_modules/.bin/node');
  symlinkSync(nodes.brought, link);
  for (let i = 0; i < 2; i += 1)
    execFileSync(process.execPath, [script.pathname], {
      cwd: directory,
      env: { ...process.env, npm_node_execpath: nodes.installed },
    });
  expect(realpathSync(link)).toBe(preferred === 'installed' ? nodes.installed : nodes.brought);
});

test('what npm brought is no installed one', () => {
  const brought = aNode('node_modules/brought/node', 'v24.21.0');
  const env = { ...process.env, npm_node_execpath: brought };
  mkdirSync(join(directory, 'node_modules/.bin'));
  const link = join(directory, 'node_modules/.bin/node');
  symlinkSync(brought, link);
  execFileSync(process.execPath, [script.pathname], { cwd: directory, env });
  expect(realpathSync(link)).toBe(brought);
});

test('a place without a Node of its own is left alone', () => {
  const env = { ...process.env, npm_node_execpath: aNode('usr/node', 'v26.1.0') };
  execFileSync(process.execPath, [script.pathname], { cwd: directory, env });
});
