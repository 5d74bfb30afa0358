// The packed file, installed where people install it. try-package.ts does it, and can be run by itself: npm run try-package
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { execute } from '../cli/support.ts';

test('the packed file works in an empty folder and in an empty CDK app', async () => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { code, stdout, stderr } = await execute(
    process.execPath,
    [join(import.meta.dirname, 'try-package.ts')],
    Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value ?? ''])),
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const what of [
    'npx scale-out --help',
    'check',
    'the types of the package',
    'cdk synth',
    'with the config of the app',
  ])
    expect(stdout).toContain(`ok  ${what}\n`);
}, 900_000);
