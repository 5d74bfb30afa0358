// A config from a few answers: the comments of the example, and what was said.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type Answers, fillExample } from '../../functions/cli/init/fill-example.ts';
import { type AckSimulator, startAckSimulator } from '../../infra/local/ack-simulator/server.ts';
import { createProject } from './support.ts';

jest.setTimeout(60_000);

const shipped = readFileSync(resolve(import.meta.dirname, '../../functions/config.ts'), 'utf8');
const project = createProject();
const id = 'c0123456789abcdef0123456789abcdef';
const answers: Answers = {
  ...{ cluster: 'edge-hz', id, region: 'cn-hangzhou', site: 'cn-hangzhou-telecom', type: 'ens.sn1.small' },
  ...{ image: 'm-abc', maxNodes: 12, price: 240, currency: 'CNY' },
};
const flags = [
  ...['--cluster', 'edge-hz', '--id', id, '--cluster-region', 'cn-hangzhou', '--site', 'cn-hangzhou-telecom'],
  ...['--type', 'ens.sn1.small', '--image', 'm-abc', '--price', '240', '--currency', 'CNY'],
];
const written = () => readFileSync(join(project.directory, 'functions/config.ts'), 'utf8');

let simulator: AckSimulator;
const key = { accessKeyId: 'made-up-reader', accessKeySecret: 'made-up-secret' };
beforeAll(async () => {
  const clusters = [{ id, region: 'cn-hangzhou', initialNodes: 3 }];
  simulator = await startAckSimulator({ clusters, accessKeys: [key] });
});
afterAll(() => simulator.close());

test('the example is filled in everywhere, and keeps its comments', () => {
  const text = fillExample(shipped, answers) ?? '';
  expect(text).not.toContain('edge-beijing');
  expect(text.split('\n').length).toBe(shipped.split('\n').length);
  for (const part of [
    `id: '${id}'`,
    `region: 'cn-hangzhou'`,
    `name: 'edge-hz-*'`,
    'maxNodes: 12,',
    'perNodeMonth: 240,',
  ])
    expect(text).toContain(part);
});

test('a config of a person is never filled in', () => {
  expect(fillExample(shipped.replaceAll('edge-beijing', 'mine'), answers)).toBeUndefined();
  expect(fillExample(`${shipped}\n// perNodeMonth: 7,`, answers)).toBeUndefined();
});

test('it writes the config, and checks it', async () => {
  project.configure(shipped);
  const { code, stdout, stderr } = await project.run(['init', ...flags, '--max-nodes', '12']);
  expect(code).toBe(0);
  expect(stderr).toContain('Wrote functions/config.ts.\n');
  expect(stdout).toContain('is fine.');
  expect(written()).toBe(fillExample(shipped, answers));
});

test('what is no longer the example stays as it is', async () => {
  project.configure(shipped.replace('maxNodes: 20', 'maxNodes: 21').replaceAll('edge-beijing', 'mine'));
  const before = written();
  const { code, stderr } = await project.run(['init', ...flags]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^error: --output: functions\/config\.ts is no longer the example; edit it/),
  });
  expect(written()).toBe(before);
});

test('what the check refuses is not written', async () => {
  project.configure(shipped);
  const { code, stdout, stderr } = await project.run(['init', ...flags.with(1, 'Edge')]);
  expect(code).toBe(1);
  expect(stdout).toContain('clusters.Edge: the name is not allowed');
  expect(stderr).toContain('functions/config.ts was not changed; correct what was said');
  expect(stderr).not.toContain('Wrote');
  expect(written()).toBe(shipped);
});

test('what has no usual answer must be given where nobody can be asked', async () => {
  project.configure(shipped);
  const { code, stderr } = await project.run(['init', '--cluster', 'edge-hz']);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'error: --id, --image: missing; give it, or run init on a terminal\n',
  });
  expect(written()).toBe(shipped);
});

test('with the key of the reader it looks the cluster up, and its size is the measure of the limit', async () => {
  project.configure(shipped);
  const env = {
    ALIBABA_CLOUD_ACCESS_KEY_ID: key.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: key.accessKeySecret,
    ACK_ENDPOINT: simulator.url,
  };
  const { code, stderr } = await project.run(['init', ...flags, '--json'], env);
  expect(code).toBe(0);
  expect(stderr).toContain(`ACK says that ${id} is running, with 3 nodes.`);
  expect(written()).toContain('maxNodes: 13,');
  project.configure(shipped);
  const mistyped = flags.map((flag) => (flag === id ? id.replace('c0', 'c1') : flag));
  const failed = await project.run(['init', ...mistyped], env);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('ErrorClusterNotFound');
  expect(failed.stderr).not.toContain(key.accessKeySecret);
  expect(written()).toBe(shipped);
});
