// What the purchase protocol relies on, as facts about the ledger that hold on every table it can stand on.
import { afterAll, beforeAll, describe } from '@jest/globals';
import { createBenches, type LedgerBackend } from './ledger-backends.ts';
import { describeRecords } from './ledger-records.ts';
import { describeSlot } from './ledger-slot.ts';

export function describeLedger(table: string, open: () => Promise<LedgerBackend>): void {
  describe(`the ledger on ${table}`, () => {
    let backend: LedgerBackend | undefined;
    beforeAll(async () => {
      backend = await open();
    });
    afterAll(() => backend?.close());
    const bench = createBenches(() => {
      if (!backend) throw new Error('the table is not open yet');
      return backend;
    });
    describeSlot(bench);
    describeRecords(bench);
  });
}
