// No two folders import each other: then each can be read with only those below it in mind. The linter sees circles of files only.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

/** Folder to folder, with one import that makes it so. Folders of the same name on the way count as one room with their files. */
function importsBetween(files: readonly string[], read: (file: string) => string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of files)
    for (const [, specifier = ''] of read(file).matchAll(/\b(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)) {
      const [from, to] = [path.dirname(file), path.dirname(path.join(path.dirname(file), specifier))];
      if (from !== to) found.set(`${from} -> ${to}`, `${file} imports ${specifier}`);
    }
  return found;
}

function circles(files: readonly string[], read: (file: string) => string): readonly string[] {
  const found = importsBetween(files, read);
  return [...found].flatMap(([edge, why]) => {
    const [from = '', to = ''] = edge.split(' -> ');
    const back = found.get(`${to} -> ${from}`);
    return back !== undefined && from < to ? [`${why}; ${back}`] : [];
  });
}

test('no two folders import each other', () => {
  const files = globSync(['functions/**/*.ts', 'infra/**/*.ts']);
  expect(files.length).toBeGreaterThan(200);
  expect(circles(files, (file) => readFileSync(file, 'utf8'))).toEqual([]);
});

test('a circle of folders is found, also where no file is in a circle', () => {
  const planted: Readonly<Record<string, string>> = {
    'functions/a/one.ts': `import { b } from '../b/two.ts';`,
    'functions/b/two.ts': '',
    'functions/b/three.ts': `import type { C } from '../a/four.ts';`,
    'functions/a/four.ts': '',
  };
  expect(circles(Object.keys(planted), (file) => planted[file] ?? '')).toEqual([
    'functions/a/one.ts imports ../b/two.ts; functions/b/three.ts imports ../a/four.ts',
  ]);
});
