import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { styleText } from 'node:util';
import { expect, test } from '@jest/globals';

const printsColours = "process.stdout.write(util.styleText('red', 'red', { stream: process.stdout }))";

test('what a test prints or starts is plain', () => {
  expect(styleText('red', 'red', { stream: new PassThrough() })).toBe('red');
  for (const env of [undefined, { ...process.env }]) {
    const child = spawnSync(process.execPath, ['--eval', printsColours], { encoding: 'utf8', ...(env && { env }) });
    expect(child).toMatchObject({ stdout: 'red', stderr: '' });
  }
});

// FORCE_COLOR is what jest itself sets in a terminal.
test.each(['FORCE_COLOR', 'NO_COLOR'])('a suite that looks at output passes with %s set', (variable) => {
  const jestFile = join(import.meta.dirname, '../../node_modules/jest/bin/jest.js');
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--experimental-vm-modules', jestFile, 'test/infra/local/demo/printer.test.ts'],
    { encoding: 'utf8', env: { ...process.env, [variable]: '1' } },
  );
  expect({ status, stderr }).toMatchObject({ status: 0 });
});

test('local time is that of Shanghai, whatever the machine is set to', () => {
  expect(new Date(0).getHours()).toBe(8);
  expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe('Asia/Shanghai');
});
