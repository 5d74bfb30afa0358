// What each change of how a purchase is made did by itself. A run of the benchmark shows the sum: each of these was measured once, in
// turns with the checkout from before all of them (`--before`), with 512 MB.
import type { Table } from './part.ts';

export const effects: Table = {
  title: 'What each change did, against before all of them',
  head: [
    'with',
    'cold purchase',
    'warm purchase',
    'CPU of a warm purchase',
    'cold skip',
    '10 skips',
    'connections to ACK',
  ],
  rows: [
    ['1 begin at import', '0.71 ×', '0.97 ×', '0.95 ×', '0.83 ×', '-', '3'],
    ['and 2 an early connection, reads kept', '0.64 ×', '0.55 ×', '0.80 ×', '0.77 ×', '-', '1'],
    ['and 3 skips side by side', '0.63 ×', '0.54 ×', '0.85 ×', '0.79 ×', '0.39 ×', '1'],
    ['and 7 the smaller bundle', '0.64 ×', '0.55 ×', '0.86 ×', '0.78 ×', '0.41 ×', '1'],
  ],
  note:
    'Medians of 5 to 8 rounds on a machine that others used at the same time: two runs of the same differ by up to 0.05. With 1,024 MB a cold purchase ' +
    'takes 0.81 to 0.87 of what it takes with 512 MB, and with 1,769 MB no less than so: hence 1,024 MB for the queue function.',
};
