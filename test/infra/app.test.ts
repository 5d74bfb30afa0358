import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { config } from '../../functions/config.ts';
import { checkedConfig } from '../../functions/domain/config/schema.ts';
import { writeConfigFile } from '../../infra/bundle/config-file.ts';
import { functionNames } from '../../infra/bundle/function-names.ts';
import { copyBundle } from '../../infra/bundle/kept-bundle.ts';
import { cleanUp, copyWithConfig } from '../end-to-end/engine-process.ts';

const root = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'app-'));
afterAll(() => rmSync(scratch, { recursive: true }));
afterAll(cleanUp);

const cdkSchema = z.object({ context: z.record(z.string(), z.unknown()) });
const { context } = cdkSchema.parse(JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')));

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.optional(z.object({ Code: z.optional(z.object({ S3Key: z.string() })) })),
    }),
  ),
});

const filesIn = (directory: string) =>
  Object.fromEntries(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), 'utf8')]));

test('synthesizes a stack of the name that is asked for, without an account or a warning, with each function in it', () => {
  const out = join(scratch, 'cdk.out');
  // What `cdk synth -c stack=Second` does.
  const { status, stdout, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: { CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify({ ...context, stack: 'Second' }) },
  });
  expect(stdout).toBe('');
  expect(stderr.trimEnd().split('\n')).toEqual([
    'Bundling asset Second/Default/ScaleOut/Code/Stage...',
    'Bundling asset Second/Default/Reconcile/Code/Stage...',
    'Bundling asset Second/Default/ReceiveAlert/Code/Stage...',
    'Bundling asset Second/Default/Announce/Code/Stage...',
  ]);
  expect(status).toBe(0);

  const template = templateSchema.parse(JSON.parse(readFileSync(join(out, 'Second.template.json'), 'utf8')));
  const assets = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => join(out, `asset.${Properties?.Code?.S3Key.replace('.zip', '')}`));
  expect(assets.map(filesIn)).toEqual(
    functionNames.map((name) => {
      const directory = join(scratch, name);
      copyBundle(name, directory);
      writeConfigFile(name, directory, checkedConfig(config));
      return filesIn(directory);
    }),
  );
}, 60_000);

test.each(['', true, 7])(
  'refuses %p as a restored ledger: a new one in its place would buy everything again',
  (given) => {
    const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
      cwd: root,
      encoding: 'utf8',
      env: {
        CDK_OUTDIR: join(scratch, 'refused'),
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, restoredLedger: given }),
      },
    });
    expect(stderr).toBe(
      `the context value restoredLedger is ${JSON.stringify(given)}; give it a text, or leave it out\n`,
    );
    expect(status).toBe(1);
  },
);

test.each([
  ['7up', 'use letters, digits and -, a letter first'],
  [`E${'x'.repeat(73)}`, 'use at most 73 characters: the names of queues begin with it'],
])('refuses %s as the name of the stack, as AWS would at the end of a deployment', (stack, remedy) => {
  const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: { CDK_OUTDIR: join(scratch, 'refused'), CDK_CONTEXT_JSON: JSON.stringify({ ...context, stack }) },
  });
  expect(stderr).toBe(`the context value stack is "${stack}"; ${remedy}\n`);
  expect(status).toBe(1);
});

test('refuses a config with a mistake in it, and says no more than what to do', () => {
  const cwd = copyWithConfig('export const config = { clusters: { edge: 7 } };\n');
  const env = { CDK_OUTDIR: join(scratch, 'refused'), CDK_CONTEXT_JSON: JSON.stringify(context) };
  const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], { cwd, encoding: 'utf8', env });
  expect(stderr).toMatch(/^functions\/config\.ts has 1 problem\(s\):\n {2}clusters\.edge: 7 is not allowed; .+\n$/);
  expect(status).toBe(1);
});
