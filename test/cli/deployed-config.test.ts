// The config that commands work with is the one that was deployed, wherever they run.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { closeServers } from '../support/loopback-server.ts';
import { aPolicy } from '../support/samples.ts';
import { configure, expectSuccess, run } from './run.ts';
import { configMetadata, serveStack } from './serve-stack.ts';
import { startStandIns } from './stand-ins.ts';
import { testClusters } from './support.ts';

const parts = await startStandIns();
beforeEach(() => configure(undefined));
afterEach(closeServers);

const outputs = {
  QueueUrl: parts.info.queueUrl,
  DeadLetterQueueUrl: parts.info.deadLetterQueueUrl,
  TableName: parts.info.tableName,
  NotesTableName: parts.info.notesTableName,
  ConfigResource: 'ScaleOut',
};
const deployed = { ...testClusters, 'edge-lyon': aPolicy({ id: `Ce0${'e'.repeat(30)}`, alarms: [] }) };

/** @param metadata null where it must not be read */
async function runBeside(line: string, metadata: string | null = configMetadata(deployed)) {
  const server = await serveStack(outputs, metadata ?? undefined);
  return run(`${line} --stack edge`, { ...parts.engine, ...parts.aws, AWS_ENDPOINT_URL_CLOUDFORMATION: server.url });
}

describe('without a checkout', () => {
  beforeEach(() => configure(null));

  test('enqueue, its dry run, list, clusters and the dead letters read the config of the stack', async () => {
    const outcome = await runBeside('enqueue --cluster edge-lyon --add 1 --key k');
    expectSuccess(outcome);
    expect(await parts.receive()).toEqual([expect.stringContaining('"edge-lyon"')]);
    const { stdout } = await runBeside('enqueue --cluster edge-lyon --add 1 --dry-run --json');
    expect(JSON.parse(stdout).preview.says).toContain('the secret of the RAM key that reads is not known');
    expectSuccess(await runBeside('list'));
    expectSuccess(await runBeside('dlq redrive --all --dry-run'));
    expect((await runBeside('clusters --json')).stdout).toContain('"edge-lyon"');
  });

  test('a cluster that is not in it is refused by its name', async () => {
    expect(await runBeside('pause edge-paris --reason r')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: cluster: "edge-paris" is not in the config of the stack edge; use edge-beijing or edge-shanghai or edge-lyon\n',
    });
  });

  test('a command that decides does not guess where the config cannot be read', async () => {
    const { code, stderr } = await runBeside('enqueue --cluster edge-lyon --add 1', null);
    expect(code).toBe(1);
    expect(stderr).toContain('error: the config of the stack edge cannot be read: ');
    expect(stderr).toContain('cloudformation:DescribeStackResource');
    expect(await parts.receive()).toEqual([]);
  });

  test.each([
    ['{}', 'the metadata of ScaleOut has no EdgeScaleOutConfig'],
    [JSON.stringify({ EdgeScaleOutConfig: '{"schema":2,"config":{}}' }), 'its schema is 2, and this version reads 1'],
    [
      JSON.stringify({ EdgeScaleOutConfig: '{"schema":1,"config":{"clusters":{"a":7},"labels":{},"stack":{}}}' }),
      'clusters.a: 7 is not allowed',
    ],
  ])('nor where it is %s', async (metadata, why) => {
    const { code, stderr } = await runBeside('enqueue --cluster edge-lyon --add 1', metadata);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(why) });
  });

  test('pause, resume, show and list work all the same', async () => {
    const unread = (text: string) => expect(text).toContain('warning: the config of the stack edge cannot be read: ');
    for (const line of [
      'pause edge-beijing --reason r',
      'resume edge-beijing --reason r',
      'list --cluster edge-beijing',
    ]) {
      const { code, stderr } = await runBeside(line, '{}');
      expect({ line, code }).toEqual({ line, code: 0 });
      unread(stderr);
    }
    const { code, stderr } = await runBeside('show manual/edge-beijing/none', '{}');
    expect(code).toBe(1);
    unread(stderr);
    expect(stderr).toContain('no job has the key manual/edge-beijing/none');
    expect(await runBeside('list', '{}')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the clusters are not known; name one with --cluster'),
    });
  });

  test('a target that keeps no config asks for a stack', async () => {
    const { stderr } = await run('enqueue --cluster edge-beijing --add 1', parts.engine);
    expect(stderr).toBe(
      'error: functions/config.ts: there is no such file; give --stack NAME, whose config is read then\n',
    );
  });

  test('check names the file that is missing', async () => {
    expect(await run('check')).toEqual({
      code: 1,
      stdout: 'functions/config.ts: there is no such file; give --config FILE\n',
      stderr: 'error: functions/config.ts has 1 problem(s)\n',
    });
  });
});

describe('beside a checkout', () => {
  test('of the same config nothing is said', async () => {
    expectSuccess(await runBeside('list', configMetadata(testClusters)));
    expectSuccess(await runBeside('enqueue --cluster edge-beijing --add 1 --dry-run', configMetadata(testClusters)));
  });

  test('the config of the stack counts, and the first difference is told', async () => {
    const beijing = testClusters['edge-beijing'];
    configure({ ...testClusters, 'edge-beijing': { ...beijing, limits: { ...beijing.limits, maxPerPurchase: 4 } } });
    const { code, stderr } = await runBeside('enqueue --cluster edge-lyon --add 1 --dry-run');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `warning: functions/config.ts differs: clusters.edge-beijing.limits.maxPerPurchase is 4, and not ${beijing.limits.maxPerPurchase}, and 1 more; the config of the stack edge counts here\n`,
    });
  });

  test('it is used to ask for nodes, and to decide nothing, where that of the stack cannot be read', async () => {
    const { code, stderr } = await runBeside('enqueue --cluster edge-beijing --add 1', null);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        /^warning: the config of the stack edge cannot be read: [^\n]+; functions\/config.ts is used\n$/,
      ),
    });
    expect(await parts.receive()).toHaveLength(1);
    const preview = await runBeside('enqueue --cluster edge-beijing --add 1 --dry-run', null);
    expect(preview).toMatchObject({ code: 1, stderr: expect.stringContaining('error: the config of the stack edge') });
  });

  test('with problems is told, and does not count', async () => {
    configure({ 'edge-beijing': 7 });
    const { code, stderr } = await runBeside('enqueue --cluster edge-lyon --add 1 --dry-run');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        'warning: functions/config.ts: it has problems; npx scale-out check lists them; the config of the stack edge counts here\n',
    });
  });

  test('it is used for a stack of an earlier version, and that is said', async () => {
    const { ConfigResource: _, ...earlier } = outputs;
    const server = await serveStack(earlier);
    const env = { ...parts.engine, ...parts.aws, AWS_ENDPOINT_URL_CLOUDFORMATION: server.url };
    expect(await run('enqueue --cluster edge-beijing --add 1 --dry-run --stack edge', env)).toMatchObject({
      code: 0,
      stderr:
        'warning: the stack edge was deployed by a version that keeps no config for commands; functions/config.ts is used\n',
    });
  });

  test('doctor checks the config of the stack', async () => {
    const { stdout } = await runBeside('doctor');
    expect(stdout).toMatch(/ok +config +the config of the stack edge is fine/);
    expect(stdout).toContain('edge-lyon DescribeClusterDetail');
  });
});
