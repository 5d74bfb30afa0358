// The import law of DECISIONS.md, as the linter enforces it: each rule is given a file that breaks it, and must refuse it. A linter
// that does not understand a pattern drops it without a word.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const oxlint = path.resolve('node_modules/.bin/oxlint');
const use = (specifier: string) => `import { used } from '${specifier}';\nexport const kept = used;\n`;
const useType = (specifier: string) => `import type { Used } from '${specifier}';\nexport type Kept = Used;\n`;

const functionRooms = ['scale-out', 'reconcile', 'receive-alert', 'announce'];
const upperRooms = [...functionRooms, 'cli', 'backtest', 'console'];

/** What each room must not import, from a file in it and from one in a folder of it. */
const refused: readonly (readonly [file: string, source: string])[] = [
  ...['zod', 'got', 'node:crypto', '@aws-sdk/client-sqs', '../config.ts', '../adapters/a.ts', '../purchase/a.ts'].map(
    (one) => ['functions/domain/planted.ts', use(one)] as const,
  ),
  ...[
    '../../adapters/ledger/ledger.ts',
    '../../purchase/a.ts',
    '../../cli/a.ts',
    '../../config.ts',
    '../../../infra/a.ts',
  ].map((one) => ['functions/domain/decision/planted.ts', use(one)] as const),
  ['functions/domain/decision/planted.ts', `export { used } from '../../adapters/a.ts';\n`],
  ['functions/domain/decision/planted.ts', `export const used = () => import('../../adapters/a.ts');\n`],
  ...['purchase/a.ts', ...upperRooms.map((room) => `${room}/a.ts`), 'config.ts'].flatMap((one) => [
    ['functions/adapters/planted.ts', use(`../${one}`)] as const,
    ['functions/adapters/ledger/planted.ts', useType(`../../${one}`)] as const,
  ]),
  ...[...upperRooms.map((room) => `../${room}/a.ts`), '../config.ts', '../../infra/a.ts', '../../test/a.ts'].map(
    (one) => ['functions/purchase/planted.ts', use(one)] as const,
  ),
  ['functions/purchase/planted.ts', use('../adapters/ledger/ledger.ts')],
  ['functions/purchase/adapters.ts', use('../scale-out/a.ts')],
  ...functionRooms.flatMap((room) =>
    [
      ...upperRooms.filter((other) => other !== room).map((other) => `../${other}/a.ts`),
      '../config.ts',
      '../../infra/a.ts',
      '../../test/a.ts',
    ].map((one) => [`functions/${room}/planted.ts`, use(one)] as const),
  ),
  ...['domain', 'backtest'].map((room) => ['functions/pages/planted.ts', use(`../${room}/a.ts`)] as const),
  ...functionRooms.map((room) => ['functions/cli/commands/planted.ts', use(`../../${room}/a.ts`)] as const),
  ...[
    '../receive-alert/a.ts',
    '../announce/a.ts',
    '../scale-out/handler.ts',
    '../reconcile/handler.ts',
    '../cli/a.ts',
    '../config.ts',
    '../../infra/a.ts',
    '../../test/a.ts',
  ].map((one) => ['functions/backtest/planted.ts', use(one)] as const),
  ...['purchase', ...upperRooms.filter((room) => room !== 'backtest')].map(
    (room) => ['functions/backtest/world/planted.ts', use(`../../${room}/a.ts`)] as const,
  ),
  ['functions/backtest/world/ack/planted.ts', use('../../../../infra/a.ts')],
  ['functions/cli/planted.ts', use('../../infra/a.ts')],
  ...[...functionRooms, 'backtest', 'cli/commands', 'config.ts'].map(
    (room) => ['functions/console/planted.ts', use(room.endsWith('.ts') ? `../${room}` : `../${room}/a.ts`)] as const,
  ),
  ['functions/cli/report/planted.ts', use('../../../test/a.ts')],
  ...['adapters', 'purchase', ...upperRooms].map(
    (room) => ['infra/planted.ts', useType(`../functions/${room}/a.ts`)] as const,
  ),
  ['infra/planted.ts', use('./local/engine.ts')],
  ['infra/bundle/planted.ts', use('../../functions/adapters/a.ts')],
  ['infra/local/planted.ts', use('../../test/a.ts')],
];

/** What must stay possible, so that the law does not refuse everything. */
const allowed: readonly (readonly [file: string, source: string])[] = [
  ['functions/domain/decision/planted.ts', `import * as z from 'zod/mini';\nexport const kept = z;\n`],
  ['functions/domain/decision/planted.ts', use('../config/types.ts')],
  ['functions/adapters/ledger/planted.ts', use('../../domain/timings.ts')],
  ['functions/adapters/ledger/planted.ts', use('@aws-sdk/client-dynamodb')],
  ['functions/purchase/planted.ts', useType('../adapters/ledger/ledger.ts')],
  ['functions/purchase/adapters.ts', use('../adapters/ledger/ledger.ts')],
  ...functionRooms.map((room) => [`functions/${room}/planted.ts`, use('../purchase/a.ts')] as const),
  ['functions/cli/commands/planted.ts', use('../../adapters/ledger/ledger.ts')],
  ['functions/cli/commands/planted.ts', use('../../backtest/a.ts')],
  ['functions/cli/commands/planted.ts', use('../../console/a.ts')],
  ['functions/console/views/planted.ts', use('../../cli/report/a.ts')],
  ['functions/backtest/planted.ts', use('../scale-out/process-batch.ts')],
  ['functions/backtest/planted.ts', use('../reconcile/raise-missed-alarms.ts')],
  ['functions/backtest/planted.ts', use('../purchase/recheck-alert.ts')],
  ['functions/backtest/world/planted.ts', use('../../adapters/queue/redriven-attributes.ts')],
  ['infra/planted.ts', use('../functions/config.ts')],
  ['infra/local/planted.ts', use('../../functions/backtest/world/ack/core.ts')],
  ['infra/local/planted.ts', use('../../functions/scale-out/handler.ts')],
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'import-law-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Each planted file in a tree of its own, as most are planted at the same place. @returns the rules that each one breaks */
async function lint(planted: readonly (readonly [string, string])[]): Promise<readonly (readonly string[])[]> {
  const root = mkdtempSync(path.join(folder, 'trees-'));
  planted.forEach(([file, source], n) => {
    const at = path.join(root, String(n), file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, source);
    copyFileSync('.oxlintrc.json', path.join(root, String(n), '.oxlintrc.json'));
  });
  const printed = await promisify(execFile)(oxlint, ['--format', 'json', '.'], { cwd: root }).catch(
    (failed: { readonly stdout: string }) => failed,
  );
  const { diagnostics } = JSON.parse(printed.stdout) as {
    readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
  };
  return planted.map((_, n) =>
    diagnostics.filter(({ filename }) => filename.startsWith(`${n}/`)).map(({ code }) => code),
  );
}

describe('the linter', () => {
  test('refuses every import that the law forbids', async () => {
    const found = await lint(refused);
    const missed = refused.filter((_, n) => !found[n]?.some((code) => code.includes('no-restricted-imports')));
    expect(missed).toEqual([]);
  });

  test('takes what the law allows', async () => {
    expect(await lint(allowed)).toEqual(allowed.map(() => []));
  });

  test('refuses a circle of files', async () => {
    const root = mkdtempSync(path.join(folder, 'circle-'));
    copyFileSync('.oxlintrc.json', path.join(root, '.oxlintrc.json'));
    writeFileSync(path.join(root, 'a.ts'), `import { b } from './b.ts';\nexport const a = () => b;\n`);
    writeFileSync(path.join(root, 'b.ts'), `import { a } from './a.ts';\nexport const b = () => a;\n`);
    await expect(promisify(execFile)(oxlint, ['.'], { cwd: root })).rejects.toMatchObject({
      stdout: expect.stringContaining('no-cycle'),
    });
  });
});
