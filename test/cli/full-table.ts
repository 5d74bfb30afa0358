// A worker thread that serves a table with many jobs in it, and says where: outside jest's module system, in which
// filling it takes twice as long.
import { parentPort } from 'node:worker_threads';
import { openIndex } from '../adapters/ledger/open-index.ts';
import { clusters, jobsOf } from './many-jobs.ts';

const { endpoint, table, notesTable, putAll } = await openIndex();
await Promise.all(clusters.map((cluster) => putAll(jobsOf(cluster))));
parentPort?.postMessage({ endpoint, table, notesTable });
