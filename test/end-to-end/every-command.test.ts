// Every command, typed one after the other beside the whole engine, as on a day at work: nodes are asked for, a cluster
// is paused, an answer is lost, and dead letters are looked into.
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { account } from '../../infra/local/aws-stand-ins/account.ts';
import { aPolicy, configOf } from '../support/samples.ts';
import { type Person, startPerson } from './person.ts';

jest.setTimeout(120_000);

let person: Person;
beforeAll(async () => {
  person = await startPerson(configOf({ edge: aPolicy({ exclusive: false }) }), {
    reconcileEveryMs: 250,
    simulator: { taskDurationMs: 1, nodeJoinMs: 0, listLagMs: 0 },
  });
});
afterAll(() => person?.leave());

const utcDay = () => new Date().toISOString().slice(0, 10);
const sold = () => person.engine.simulator.core.purchases().map(({ count }) => count);
const logged = (...parts: readonly string[]) =>
  person.printedLine((line) => parts.every((part) => line.includes(part)));

/** As its sender would have written it. */
const manual = (key: string, add: number) =>
  JSON.stringify({
    version: 1,
    kind: 'manual',
    key,
    cluster: 'edge',
    add,
    reason: '',
    requestedBy: 'ana',
    requestedAt: new Date().toISOString(),
  });

/** Puts a message where those end that failed eight times. */
async function bury(body: string): Promise<string> {
  const { endpoints, deadLetterQueueUrl, region } = person.engine.info;
  const sqs = new SQSClient({ endpoint: endpoints.sqs, region, credentials: account.credentials });
  const { MessageId = '' } = await sqs.send(
    new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: body }),
  );
  sqs.destroy();
  return MessageId;
}

test('check and doctor find nothing wrong, and buy nothing', async () => {
  const { code, stdout } = await person.run(['check']);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^functions\/config\.ts is fine\.\n {2}edge: .* at most 5 per purchase, 10 per day, 20 in all/,
  );
  const findings = (await person.read('doctor')).trimEnd().split('\n');
  expect(findings.slice(0, -1).filter((line) => !line.startsWith('ok '))).toEqual([]);
  expect(findings.at(-1)).toBe('Not checked: cs:ScaleOutCluster, which buys. The key ack needs this right.');
  expect(sold()).toEqual([]);
});

test('enqueue --wait follows a request until its nodes are Ready, and the others tell of it', async () => {
  const startedOn = utcDay();
  const asked = await person.read('enqueue', '--cluster', 'edge', '--add', '2', '--key', 'launch-1', '--wait');
  expect(asked).toContain('Asked for 2 more nodes in edge.');
  expect(asked).toContain('bought: 2 nodes, all Ready');
  expect(await person.read('show', 'launch-1')).toContain('bought: 2 nodes, all Ready');
  expect(await person.read('list')).toMatch(/ completed 2 nodes manual manual\/edge\/launch-1\n$/);
  const told = await person.read('clusters');
  // At midnight the day begins anew.
  const today = utcDay() === startedOn ? '2' : '[02]';
  expect(told).toMatch(new RegExp(`^edge\\n nodes 5, all Ready\\n slot free\\n today ${today} of 10 nodes bought\\n`));
  const again = await person.run('enqueue --cluster edge --add 2 --key launch-1 --wait --json'.split(' '));
  expect(JSON.parse(again.stdout)).toMatchObject({ key: 'manual/edge/launch-1', job: { state: 'completed' } });
  expect(sold()).toEqual([2]);
});

test('pause makes a request wait, and resume is told by clusters', async () => {
  expect(await person.read('pause', 'edge', '--reason', 'the bill')).toContain('edge buys nothing until it is resumed');
  await person.read('enqueue', '--cluster', 'edge', '--add', '1', '--key', 'held');
  await logged('"decided"', 'manual/edge/held', '"reason":"paused"');
  await logged('"job"', 'manual/edge/held', '"reason":"paused"');
  expect(await person.read('show', 'held')).toContain('waiting: paused');
  expect(await person.read('list', '--state', 'waiting')).toContain('manual/edge/held');
  expect(await person.read('clusters')).toMatch(/\n paused by .*: the bill\n/);
  await person.read('resume', 'edge', '--reason', 'it is right');
  expect(await person.read('clusters')).not.toContain('the bill');
  expect(sold()).toEqual([2]);
});

test('resolve settles a purchase whose answer was lost', async () => {
  person.engine.simulator.core.setFault({ kind: 'drop', when: 'after', times: 1 });
  await person.read('enqueue', '--cluster', 'edge', '--add', '1', '--key', 'lost');
  await logged('"parked"', 'manual/edge/lost');
  const { taskId = '' } = person.engine.simulator.core.purchases().at(-1) ?? {};
  expect(await person.read('show', 'lost')).toContain(`${taskId} could be it`);
  const early = await person.run(['resolve', 'lost', '--abandon', '--reason', 'no order']);
  expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('its request could still execute') });
  const settled = await person.read('resolve', 'lost', '--accepted', taskId, '--reason', 'it is in the order book');
  expect(settled).toContain(`manual/edge/lost is settled as accepted with task ${taskId}.`);
  expect(sold()).toEqual([2, 1]);
});

test('dlq tells what a redrive would make of each letter, and a redrive buys nothing twice', async () => {
  await person.engine.send('not an alert');
  await person.engine.send(manual('launch-1', 3));
  await logged('"dead-lettered"', '"not-json"');
  await logged('"dead-lettered"', '"conflict"');
  const replay = await bury(manual('launch-1', 2));
  const listed = await person.read('dlq', 'list');
  for (const part of [' not-json ', ' conflict ', replay.slice(0, 8)]) expect(listed).toContain(part);
  expect(await person.read('dlq', 'show', replay)).toContain('accepted before: replay, buys nothing');
  const told = await person.read('dlq', 'redrive', '--all', '--dry-run');
  expect(told).toMatch(/poison: would come back: the message is no JSON/);
  expect(told).toMatch(
    /launch-1: conflict: would come back: key manual\/edge\/launch-1 was used before to add 2, and asks now to add 3/,
  );
  expect(told).toMatch(/launch-1: accepted before: replay, buys nothing\n/);
  expect(told).toMatch(/Nothing was moved: this was a dry run\.\n$/);
  expect(await person.read('dlq', 'redrive', '--all')).toMatch(/1 of 3 redriven\.\n$/);
  await logged('"job"', 'manual/edge/launch-1', '"replayed"');
  for (const { id } of JSON.parse((await person.run(['dlq', 'list', '--json'])).stdout).letters)
    expect(await person.read('dlq', 'drop', id, '--yes')).toBe(`Dropped ${id}.\n`);
  expect(await person.read('dlq', 'list')).toBe('There are no dead letters.\n');
  expect(sold()).toEqual([2, 1]);
});

test('secrets set stores what it reads from standard input, and prints it nowhere', async () => {
  const secret = 'Standard-Input-1';
  const { code, stdout, stderr } = await person.run(['secrets', 'set', 'login', '--local'], `${secret}\n`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Stored the login password of new nodes');
  expect(stdout).not.toContain(secret);
  expect(await person.read('doctor')).toContain('ok secret login the login password of new nodes, in the right form');
});

test('event-schema prints the schema that the events were told by', async () => {
  const schema = z.fromJSONSchema(JSON.parse((await person.run(['event-schema'])).stdout));
  const told = await person.engine.events();
  expect(told.length).toBeGreaterThan(0);
  for (const { body } of told) expect(schema.safeParse(JSON.parse(JSON.parse(body).Message)).error).toBeUndefined();
});
