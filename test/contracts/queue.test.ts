import { openFauxqs, openMemoryQueue } from './queue-backends.ts';
import { describeQueue } from './queue-contract.ts';

describeQueue('fauxqs', openFauxqs);
describeQueue('the memory queue', openMemoryQueue);
