// The drill: an answer is lost, and a person on call sees it through, with the commands as child processes, in a copy of
// the project whose cluster is shared with others, so that evidence alone settles nothing.
import { userInfo } from 'node:os';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { metricNamespace } from '../../functions/domain/metrics.ts';
import type { Engine } from '../../infra/local/engine.ts';
import { aPolicy, configOf, hour } from '../support/samples.ts';
import { type Person, startPerson } from './person.ts';

jest.setTimeout(120_000);

const key = 'manual/edge/launch-1';
let person: Person;
let engine: Engine;
const read: Person['read'] = (...args) => person.read(...args);

beforeAll(async () => {
  person = await startPerson(configOf({ edge: aPolicy({ exclusive: false }) }), {
    // The reconciler runs when the drill says so, and finds at once what there is to find.
    reconcileEveryMs: 24 * hour,
    simulator: { taskDurationMs: 1, nodeJoinMs: 0, listLagMs: 0 },
  });
  engine = person.engine;
});
afterAll(() => person?.leave());

const announced = (state: string) =>
  person.printedLine((line) => line.includes('"announced"') && line.includes(`"state":"${state}"`));

const metricLine = z.looseObject({
  _aws: z.object({ CloudWatchMetrics: z.array(z.object({ Namespace: z.literal(metricNamespace) })) }),
  cluster: z.literal('edge'),
});

/** What the functions have published of a metric for the cluster so far. */
function measured(name: string): unknown[] {
  return person.printed
    .filter((line) => line.startsWith('{"_aws":'))
    .flatMap((line) => metricLine.safeParse(JSON.parse(line)).data ?? [])
    .flatMap(({ [name]: value }) => (value === undefined ? [] : [value]));
}

const envelope = z.object({ Subject: z.string(), Message: z.string() });
/** What a subscriber has been told. */
const heard = async () => (await engine.events()).map(({ body }) => envelope.parse(JSON.parse(body)));
const sold = () => engine.simulator.core.purchases().map(({ taskId, count }) => ({ taskId, count }));

test('a lost answer is seen, told, parked, settled by a person, and bought once', async () => {
  engine.simulator.core.setFault({ kind: 'drop', when: 'after', times: 1 });
  await read('enqueue', '--cluster', 'edge', '--add', '2', '--key', 'launch-1', '--reason', 'launch at eight');
  await announced('in-doubt');
  const [{ taskId } = { taskId: '' }] = sold();
  expect(sold()).toEqual([{ taskId, count: 2 }]);

  // Nobody knows yet, and everything says so.
  expect(await read('clusters')).toMatch(new RegExp(` slot unknown for \\d+ s, 2 nodes: ${key}\n`));
  expect(await read('list')).toMatch(new RegExp(`unknown 2 nodes manual ${key}\n$`));
  expect(await read('show', 'launch-1')).toContain('in doubt: it is not known whether it was bought');
  expect(await read('list', '--state', 'accepted')).toBe('No job matches.\n');

  // A task is there, and in a shared cluster it may be anybody's: the first visit counts the doubt, and parks it.
  expect(measured('DoubtAge')).toEqual([]);
  await engine.reconcile();
  expect(measured('DoubtAge')).toEqual([expect.any(Number)]);
  expect(measured('DoubtAge')[0]).toBeGreaterThan(0);
  await announced('parked');
  expect(await read('clusters')).toMatch(new RegExp(` slot parked for \\d+ s, 2 nodes: ${key}\n`));
  expect(await read('list', '--state', 'parked')).toContain(key);
  const parked = await read('show', 'launch-1');
  expect(parked).toContain('in doubt and parked: a person must settle it');
  expect(parked).toContain(`${taskId} could be it, and others scale this cluster too`);
  expect(parked).toContain(`npx scale-out resolve ${key} --accepted TASK_ID`);

  // Its alarm is fed at every visit, until somebody acts. A cluster tells of a level only while it stands, and of its end.
  await engine.reconcile();
  expect(measured('ParkedSlots')).toEqual([1]);
  expect(measured('DoubtAge')).toEqual([expect.any(Number), 0]);

  // The order book has the task: a person says so.
  const resolved = await read('resolve', 'launch-1', '--accepted', taskId, '--reason', 'order 2093 is in the console');
  expect(resolved).toContain(`${key} is settled as accepted with task ${taskId}.`);
  await announced('resolved');
  expect(await read('clusters')).toMatch(/ nodes .*, 2 on their way\n slot free\n/);
  expect(await read('list')).toMatch(new RegExp(`accepted 2 nodes manual ${key}\n$`));
  expect(await read('show', 'launch-1')).toContain('bought and on the way: 0 of 2 nodes Ready');

  // From here on it is a purchase like any other.
  await engine.reconcile();
  await announced('ready');
  expect(measured('ParkedSlots')).toEqual([1, 0]);
  expect(await read('clusters')).toMatch(/ nodes 5, all Ready\n slot free\n/);
  expect(await read('list')).toMatch(new RegExp(`completed 2 nodes manual ${key}\n$`));
  const story = await read('show', 'launch-1');
  expect(story).toContain('bought: 2 nodes, all Ready');
  expect(story).toContain(`settled it as accepted with task ${taskId}: order 2093 is in the console.`);
  expect(sold()).toEqual([{ taskId, count: 2 }]);
});

test('subscribers were told the same story, in order, once, and in the published form', async () => {
  const told = await heard();
  const subjects = told.map(({ Subject }) => Subject.replace(/ \(asked for by .*\)$/, ''));
  expect(subjects).toEqual([
    'edge: unknown whether 2 nodes were bought',
    'edge: a person must say whether 2 nodes were bought',
    `edge: ${userInfo().username} says that 2 nodes were bought`,
    'edge: 2 nodes Ready',
  ]);
  const { stdout } = await person.run(['event-schema']);
  const schema = z.fromJSONSchema(JSON.parse(stdout));
  for (const { Message } of told) expect(schema.safeParse(JSON.parse(Message)).error).toBeUndefined();
});

test('what was bought is counted once', () => {
  for (const [metric, value] of Object.entries({ AmbiguousOutcomes: 1, Purchases: 1, NodesBought: 2, NodesReady: 2 }))
    expect({ metric, measured: measured(metric) }).toEqual({ metric, measured: [value] });
});
