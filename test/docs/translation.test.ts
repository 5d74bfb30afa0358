// The Chinese README says what the English one says: section by section, with the same commands, samples, rows and links.
import { posix } from 'node:path';
import { expect, test } from '@jest/globals';
import { blocksIn, type Document, documentAt } from './documents.ts';

const english = documentAt('README.md');
const chinese = documentAt('.github/README.zh-CN.md');

const withoutBlocks = (text: string) => text.replaceAll(/^```[\s\S]*?^```$/gm, '');
/** Each section in the order of the document: its level, and what does not change with the language. */
const sectionsOf = ({ path, text }: Document) =>
  withoutBlocks(text)
    .split(/^(?=#+ )/m)
    .map((section) => ({
      level: /^#*/.exec(section)?.[0].length,
      firstCells: section.split('\n').flatMap((line) => {
        const [, cell = ''] = /^\|([^|]*)\|/.exec(line) ?? [];
        return line.startsWith('|') ? [/^ (A\d|\[)/.test(cell) ? cell.trim().replaceAll(/\(.*\)/g, '') : ''] : [];
      }),
      code: [...section.matchAll(/`[^`]+`/g)].map(([code]) => code).toSorted(),
      links: [...section.matchAll(/\]\((?!#)([^)]+)\)/g)]
        .map(([, to = '']) => (to.startsWith('http') ? to : posix.join(posix.dirname(path), to)))
        .toSorted(),
    }));
/** Without comments and pictures, which have words. */
const commandsOf = (document: Document) =>
  blocksIn(document)
    .map(({ text }) => text)
    .filter((text) => !/──|^\d\d:\d\d /.test(text));

test('section by section', () => {
  // The first one has the title, the way to the other language, and the table of contents.
  const [, ...ours] = sectionsOf(english).filter(({ level }) => level !== 0);
  const [, ...theirs] = sectionsOf(chinese).filter(({ level }) => level !== 0);
  expect(theirs).toEqual(ours);
});

test('the same commands and samples', () => {
  expect(commandsOf(chinese)).toEqual(commandsOf(english));
});

test('each leads to the other', () => {
  expect([english.text, chinese.text]).toEqual([
    expect.stringContaining('(.github/README.zh-CN.md)'),
    expect.stringContaining('(../README.md)'),
  ]);
});
