import type { Calls } from './environment/calls.ts';
import type { Table, Target } from './part.ts';
import { sum } from './statistics.ts';

export interface Counted {
  readonly side: 'ours' | 'reference';
  readonly name: string;
  readonly alerts: number;
  readonly calls: Calls;
}

export function tablesOf(counted: readonly Counted[]): readonly Table[] {
  const operations = [...new Set(counted.flatMap(({ calls }) => Object.keys(calls)))].toSorted();
  return [
    {
      title: 'Calls, counted at the server',
      head: ['', 'all', ...operations.map((name) => name.replace('.', ' '))],
      rows: counted.map(({ side, name, calls }) => [
        side === 'ours' ? name : `reference: ${name}`,
        String(sum(Object.values(calls))),
        ...operations.map((operation) => String(calls[operation] ?? '')),
      ]),
      note: 'One alert each, or ten for one cluster in one batch (a storm). Secrets are read once in five minutes.',
    },
  ];
}

const reads = ['DynamoDB.GetItem', 'DynamoDB.BatchGetItem'];
const writes = ['DynamoDB.PutItem', 'DynamoDB.UpdateItem'];

export function targetsOf(counted: readonly Counted[]): readonly Target[] {
  const of = (name: string) => counted.find((one) => one.side === 'ours' && one.name === name)?.calls ?? {};
  const made = (name: string, operations: readonly string[]) =>
    sum(operations.map((operation) => of(name)[operation] ?? 0));
  const all = (name: string, service: string) =>
    sum(Object.entries(of(name)).flatMap(([operation, n]) => (operation.startsWith(`${service}.`) ? [n] : [])));

  const ledger = (what: string, name: string, maxReads: number, maxWrites: number): Target => {
    const [read, written] = [made(name, reads), made(name, writes)];
    return {
      what: `ledger calls of ${what}`,
      limit: `at most ${maxReads} reads and ${maxWrites} writes`,
      figure: `${read} and ${written}`,
      reached: read <= maxReads && written <= maxWrites,
    };
  };
  const atMost = (what: string, limit: number, figure: number): Target => ({
    what,
    limit: limit === 0 ? 'none' : `at most ${limit}`,
    figure: String(figure),
    reached: figure <= limit,
  });
  const happy = ['buy', 'buy with current nodes', 'skip', 'skip after a look', 'replay of a buy', 'replay of a skip'];
  return [
    ledger('an accepted buy', 'buy', 2, 3),
    ledger('a skip', 'skip', 2, 1),
    ledger('a replay of a buy', 'replay of a buy', 2, 0),
    ledger('a replay of a skip', 'replay of a skip', 2, 0),
    atMost('SQS calls on the happy path', 0, sum(happy.map((name) => all(name, 'SQS')))),
    // Two looks, without which no limit of nodes holds, and the purchase.
    atMost('ACK calls of a buy', 3, all('buy', 'ACK')),
    atMost('CLUSTER reads of a storm of 10 skips', 1, made('storm of 10 skips', ['DynamoDB.GetItem'])),
    atMost('JOB reads of a storm of 10 skips', 1, made('storm of 10 skips', ['DynamoDB.BatchGetItem'])),
    // A purchase moves the cluster on, so the alarms behind it are decided over one more reading.
    atMost('ledger reads of a storm of 10 alarms, 1 of which buys', 4, made('storm of 10 alarms', reads)),
  ];
}
