import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { bundleFunction } from '../../infra/bundle/bundle.ts';
import { copyBundle } from '../../infra/bundle/kept-bundle.ts';

const scratch = mkdtempSync(join(tmpdir(), 'kept-bundle-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const cache = join(scratch, 'cache');
const filesOf = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

test('a bundle of the same sources is made once, and each engine has a copy of its own', () => {
  const first = join(scratch, 'first');
  expect(copyBundle('announce', first, cache)).toBe(join(first, 'index.mjs'));
  expect(filesOf(first)).toEqual(filesOf(bundleFunction('announce', join(scratch, 'anew')).directory));
  const [kept = '', ...others] = readdirSync(cache);
  expect(others).toEqual([]);
  expect(kept).toMatch(/^announce-[0-9a-f]{32}$/);
  writeFileSync(join(first, 'index.mjs'), 'of one engine');
  writeFileSync(join(cache, kept, 'mark'), 'made once');
  const second = join(scratch, 'second');
  copyBundle('announce', second, cache);
  expect(filesOf(second)).toEqual(filesOf(join(cache, kept)));
  expect(filesOf(second)).toMatchObject({
    mark: 'made once',
    'index.mjs': expect.stringContaining('sourceMappingURL'),
  });
});

test('what was kept for longer than a day makes room', () => {
  const [before = ''] = readdirSync(cache);
  writeFileSync(join(cache, 'older'), '');
  utimesSync(join(cache, 'older'), 0, 0);
  copyBundle('receive-alert', join(scratch, 'third'), cache);
  expect(readdirSync(cache)).toHaveLength(2);
  expect(readdirSync(cache)).toContain(before);
});
