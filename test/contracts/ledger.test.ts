import { openDynalite, openMemory } from './ledger-backends.ts';
import { describeLedger } from './ledger-contract.ts';

describeLedger('dynalite', openDynalite);
describeLedger('the memory table', openMemory);
