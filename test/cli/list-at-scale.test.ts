// `list` as a person runs it, over a table that holds more jobs than a page reads; a server between it and the table counts what
// it asks for, and how many items the table looks at to answer.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, expect, jest, test } from '@jest/globals';
import { closeServers, type ReceivedRequest, serveHttp } from '../support/loopback-server.ts';
import { clusters, jobsPerCluster, keyOf } from './many-jobs.ts';
import { expectSuccess, run, tellsOf } from './run.ts';

jest.setTimeout(120_000);

const operations: string[] = [];
let lookedAt = 0;
const worker = new Worker(new URL('full-table.ts', import.meta.url));
const [{ endpoint, table, notesTable }] = await once(worker, 'message');
const environment = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_ENDPOINT_URL_DYNAMODB: await startCounter(endpoint),
  TABLE_NAME: table,
  NOTES_TABLE_NAME: notesTable,
};
afterEach(() => {
  operations.length = 0;
  lookedAt = 0;
});
afterAll(async () => {
  await closeServers();
  await worker.terminate();
});

async function startCounter(endpoint: string): Promise<string> {
  const ask = async ({ headers, body }: ReceivedRequest) => {
    const [, target = ''] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-amz-target') ?? [];
    operations.push(target.split('.')[1] ?? '');
    const { host: _host, connection: _connection, ...own } = headers;
    const answer = await fetch(endpoint, { method: 'POST', headers: own, body });
    return { status: answer.status, text: await answer.text() };
  };
  const { url } = await serveHttp((response, request) => {
    void ask(request).then(({ status, text }) => {
      lookedAt += JSON.parse(text).ScannedCount ?? 0;
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
    });
  });
  return url;
}

const list = (line: string) => run(`list ${line}`, environment);
const keysOf = (rows: readonly string[]) => rows.map((row) => row.split('  ').at(-1));

test('a page reads the indexes alone: a query of each for each cluster, and no more of it than is shown', async () => {
  const outcome = await list('--limit 20');
  expectSuccess(outcome);
  const newest = Array.from({ length: 10 }, (_, i) => jobsPerCluster - 1 - i);
  expect(keysOf(tellsOf(outcome).slice(1, -1))).toEqual(newest.flatMap((i) => clusters.map((name) => keyOf(name, i))));
  expect(operations.filter((operation) => operation === 'Query')).toHaveLength(2 * 2);
  expect(operations).not.toContain('Scan');
  expect(lookedAt).toBe(2 * 11);
});

test('the page after it costs no more', async () => {
  const [more = ''] = tellsOf(await list('--limit 20')).slice(-1);
  operations.length = 0;
  lookedAt = 0;
  const outcome = await list(more.split(' ').slice(4).join(' '));
  const [first] = keysOf(tellsOf(outcome).slice(1));
  expect(first).toBe(keyOf('edge-beijing', jobsPerCluster - 11));
  // Older than an hour, it has no notes.
  expect(operations.filter((operation) => operation === 'Query')).toHaveLength(2);
  expect(lookedAt).toBe(2 * 11);
});

test('where few jobs match, a page ends after ten queries for each cluster, and tells how far it looked and how to go on', async () => {
  const [, found = '', looked, older = '', ...rest] = tellsOf(await list('--state failed --cluster edge-beijing'));
  expect(found).toMatch(/ failed .* manual\/edge-beijing\/9007$/);
  expect(looked).toBe(
    'No other job matches among the 10000 jobs that were read, back to 2026-11-01 08:33:20 +08:00 (00:33:20 UTC).',
  );
  expect(older).toMatch(
    /^Older jobs: npx scale-out list --cluster edge-beijing --state failed --limit 20 --cursor \S+$/,
  );
  expect(rest).toEqual([]);
  expect(operations.filter((operation) => operation === 'Query')).toHaveLength(10);
  expect(operations).not.toContain('Scan');
  expect(lookedAt).toBe(10_000);
});

test('page by page, what matches is found to the last, newest first, and each once', async () => {
  const found: string[] = [];
  const pages: number[] = [];
  for (let cursor: string | undefined, page = 0; page === 0 || cursor !== undefined; page += 1) {
    const { stdout } = await list(`--state failed --json ${cursor === undefined ? '' : `--cursor ${cursor}`}`);
    const { jobs, ...rest } = JSON.parse(stdout);
    found.push(...jobs.map(({ key }: { readonly key: string }) => key));
    pages.push(operations.splice(0).filter((operation) => operation === 'Query').length);
    cursor = rest.cursor;
  }
  const failed = [9007, 7];
  expect(found).toEqual(failed.flatMap((i) => clusters.map((name) => keyOf(name, i))));
  expect(Math.max(...pages)).toBeLessThanOrEqual(2 * 10 + 1);
  expect(lookedAt).toBeGreaterThanOrEqual(clusters.length * jobsPerCluster);
});
