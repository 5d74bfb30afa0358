import { describe, expect, test } from '@jest/globals';
import { type DemoResult, differences } from '../../../../infra/local/demo/audit.ts';
import type { DemoRecords } from '../../../../infra/local/demo/demo-records.ts';
import { summarize } from '../../../../infra/local/demo/summary.ts';
import { drawTable } from '../../../../infra/local/demo/table.ts';

const key = 'cloudwatch/edge-test/arn:aws:cloudwatch:us-east-1:000000000000:alarm:load/2026-03-01T12:00:00.000Z';
const empty = { ready: [], inFlight: [], delayed: [] };
const message = { messageId: 'm', body: 'poison', attributes: {} };
const request = { key, cluster: 'edge-test', count: 2, taskId: 'T-6b044e62647accecf6000004', state: 'accepted' };
const purchase = {
  taskId: request.taskId,
  clusterId: 'c1',
  count: 2,
  nodesGot: 2,
  at: 0,
  nonce: 'n',
  requestId: 'r',
  by: 'api',
} as const;
const bought: DemoResult = {
  message: { what: 'alarm', dialect: 'cloudwatch', ends: ['accepted', 'skipped'] },
  result: { outcome: 'accepted', key, why: '' },
};
const replayed: DemoResult = {
  message: { what: 'alarm again', dialect: 'cloudwatch', ends: ['replayed'] },
  result: { outcome: 'replayed', key, why: 'accepted before' },
};
const dead: DemoResult = {
  message: { what: 'poison', ends: ['dead-lettered'] },
  result: { outcome: 'dead-lettered', why: 'not-json' },
};
const results = [bought, replayed, dead];
const records: DemoRecords = {
  requests: [request],
  purchases: [purchase],
  alerts: empty,
  deadLetters: { ...empty, ready: [message] },
};

test('finds nothing where all witnesses agree', () => {
  expect(differences(results, records)).toEqual([]);
});

describe('finds', () => {
  const unsettled: DemoResult = { ...replayed, result: { outcome: 'unsettled', why: 'nothing became of it in 30 s' } };
  test.each<[string, readonly DemoResult[], Partial<DemoRecords>, string]>([
    [
      'a result that should not be',
      [bought, unsettled, dead],
      {},
      'the alarm again should have been replayed, and was unsettled: nothing became of it in 30 s',
    ],
    [
      'a second purchase',
      results,
      { purchases: [purchase, { ...purchase, taskId: 'T-2' }] },
      'the simulator sold 2 nodes as task T-2, and the ledger has no record of it',
    ],
    [
      'an accepted job that was never bought',
      results,
      { purchases: [] },
      `${key} is accepted as task ${request.taskId}, and the simulator has 0 of it`,
    ],
    [
      'a purchase of another size',
      results,
      { purchases: [{ ...purchase, count: 3 }] },
      `${key} asked for 2 nodes, and 3 were bought`,
    ],
    [
      'a purchase in doubt',
      results,
      { requests: [request, { ...request, key: 'manual/edge-test/1', taskId: null, state: 'unknown' }] },
      'the purchase of manual/edge-test/1 is unknown',
    ],
    [
      'messages that are left',
      results,
      { alerts: { ready: [message], inFlight: [message], delayed: [message] } },
      '3 messages are left on the queue',
    ],
    [
      'poison that is not among the dead letters',
      results,
      { deadLetters: empty },
      '0 messages are on the dead-letter queue, and 1 should be',
    ],
  ])('%s', (_, ended, changed, difference) => {
    expect(differences(ended, { ...records, ...changed })).toEqual([difference]);
  });
});

test('the summary counts results and dialects, and purchases and nodes as the simulator does', () => {
  const message = { what: 'recovery', dialect: 'cloudmonitor', ends: ['ignored'] } as const;
  const over: DemoResult = { message, result: { outcome: 'ignored', why: 'it is in state OK' } };
  const stuck: DemoResult = { message, result: { outcome: 'unsettled', why: 'nothing became of it in 30 s' } };
  expect(summarize([...results, over, stuck], { ...records, purchases: [{ ...purchase, nodesGot: 1 }] })).toEqual({
    jobs: 5,
    accepted: 1,
    skipped: 0,
    replayed: 1,
    ignored: 1,
    deadLettered: 1,
    dialects: { cloudwatch: 2, cloudmonitor: 1 },
    purchases: 1,
    nodes: 1,
    requests: [request],
  });
});

test('the table has a row for each message, and fits a terminal of 80 columns', () => {
  const lines = drawTable(results, [request]).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.map((line) => line.split(/\s{2,}/)[0])).toEqual([
    'what arrived',
    expect.stringMatching(/^-+ -+ -+ -+ -+ -+$/),
    '1 alarm',
    '',
    '2 alarm again',
    '',
    '3 poison',
  ]);
  expect(lines[2]).toMatch(/bought +2 +T-6b044e62647 accepted$/);
  expect(lines[4]).toMatch(/replayed +- +- +-$/);
});
