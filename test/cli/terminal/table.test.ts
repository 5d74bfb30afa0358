import { styleText } from 'node:util';
import { expect, test } from '@jest/globals';
import { tableLines } from '../../../functions/cli/terminal/table.ts';

const key = 'manual/edge-beijing/20261123T140501-4f9c2a';
const rows = [
  ['a', 'one two three'],
  ['bb', 'four'],
];

test.each<[string, number | undefined, readonly string[]]>([
  ['is as wide as its rows elsewhere than on a terminal', undefined, ['a   one two three', 'bb  four']],
  ['stays as it is where it fits', 17, ['a   one two three', 'bb  four']],
  ['is wrapped by word', 12, ['a   one two', '    three', 'bb  four']],
  [
    'has its last column below where a word does not fit',
    8,
    ['a', '    one', '    two', '    three', 'bb', '    four'],
  ],
])('a table %s', (_how, columns, expected) => {
  expect(tableLines(rows, { columns })).toEqual(expected);
});

test('a key is never cut, and colours do not count', () => {
  const painted = styleText('red', 'completed', { validateStream: false });
  const lines = tableLines([['2026-11-11 16:00:00 +08:00', painted, 'dry run of 3 nodes', 'cloudwatch', key]], {
    columns: 80,
  });
  expect(lines).toEqual([`2026-11-11 16:00:00 +08:00  ${painted}  dry run of 3 nodes  cloudwatch`, `    ${key}`]);
});
