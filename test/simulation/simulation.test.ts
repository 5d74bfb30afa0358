// The short form of the proof. The long one is in test/RESULTS.md, and npm run simulate runs it.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { runHistory } from './history.ts';
import { editsOf, mutants, mutate } from './mutants.ts';
import { createRandom } from './random.ts';
import { drawScenario } from './scenario.ts';
import { accessKey, loginPassword } from './secrets.ts';
import { createWorld } from './world.ts';

const longEnough = 20 * 60_000;

interface Printed {
  readonly code: number | null;
  readonly last: Record<string, unknown>;
}

/** As a process: under jest's module loader the same histories take far longer. */
const simulate = (...args: readonly string[]): Promise<Printed> => run(args, {});

/** The same with a mistake in the code of all processes. */
function simulateMutant(mutant: string, ...args: readonly string[]): Promise<Printed> {
  const mutating = new URL('./mutate.ts', import.meta.url).href;
  return run(args, { NODE_OPTIONS: `--import ${mutating}`, SIMULATION_MUTANT: mutant });
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Printed> {
  const child = spawn(process.execPath, ['test/simulation/simulate.ts', ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, last: JSON.parse(text.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown> });
    });
  });
}

const none = { doublePurchases: 0, lostJobs: 0, capBreaches: 0, stuckJobs: 0, otherViolations: 0, violations: [] };

/** What strikes besides the faults of calls. */
const weather = [
  ...['pause', 'resume', 'deployment', 'deadline', 'slow-call', 'clock-jump', 'no-date-header', 'listed-late'],
  ...['alarm-recovers', 'alarm-moves', 'alert-repeated', 'alarm-goes-off-anew', 'alarm-muted', 'alarm-suppressed'],
  ...['answered-in-part', 'note-lost', 'applied-late', 'late-write-landed', 'dates-without-time', 'unreadable'],
  ...['console-purchase', 'lease-check', 'lease-ends', 'lease-renewed', 'lease-serves', 'lease-stops'],
];

test(
  'no invariant breaks in 1,200 random histories, in all kinds of weather',
  async () => {
    const { code, last } = await simulate('--histories', '1200', '--seed', '20261123', '--no-baselines');
    expect(last).toMatchObject({ report: { ours: { histories: 1200, ...none } } });
    const { faults } = (last as { report: { ours: { faults: Record<string, number> } } }).report.ours;
    expect(Object.keys(faults)).toEqual(expect.arrayContaining(weather));
    expect(code).toBe(0);
  },
  longEnough,
);

test(
  'no invariant breaks however two faults or preemptions are placed in a small history',
  async () => {
    const { code, last } = await simulate('--exhaustive');
    expect(last).toMatchObject({ report: { exhaustive: none } });
    expect(code).toBe(0);
  },
  longEnough,
);

test(
  'each baseline buys twice in the histories in which ours does not',
  async () => {
    const { last } = await simulate('--histories', '300', '--seed', '3');
    const { report } = last as { report: Record<string, { doublePurchases: number }> };
    const doubles = Object.fromEntries(
      Object.entries(report).map(([name, tally]) => [name, tally.doublePurchases > 0]),
    );
    expect(doubles).toEqual({ ours: false, 'naive retry': true, 'idempotency record': true, 'lease only': true });
  },
  longEnough,
);

test.each([
  ['random', 'ours', ['--histories', '100', '--no-baselines']],
  ['exhaustive', 'exhaustive', ['--exhaustive', '--depth', '1,0']],
])(
  'a failing %s run tells the history of its first violation',
  async (_, name, args) => {
    const { code, last } = await simulateMutant('resend on timeout', ...args);
    const { report } = last as { report: Record<string, { violations: unknown[] }> };
    expect(report[name]?.violations[0]).toMatchObject({
      what: expect.stringMatching(/^a request left with nonce /),
      steps: expect.arrayContaining([expect.stringContaining('POST ScaleOutCluster')]),
    });
    expect(code).toBe(1);
  },
  longEnough,
);

describe('mutants', () => {
  test('of two mistakes in one file make both', () => {
    const mutating = new URL('./mutate.ts', import.meta.url).href;
    const url = new URL('../../functions/domain/decision/in-flight.ts', import.meta.url).href;
    const cluster = { pending: { a: { taskId: 'T-1', count: 1, at: 7 } }, done: { a: { outcome: 'accepted', at: 7 } } };
    const program = `const { lastCameAt } = await import('${url}');
      console.log(lastCameAt(${JSON.stringify(cluster)}, { nodeJoinTimeoutMinutes: 30 }));`;
    const { stdout } = spawnSync(process.execPath, ['--import', mutating, '--input-type=module', '--eval', program], {
      encoding: 'utf8',
      env: { ...process.env, SIMULATION_MUTANT: 'an ask beside nodes on their way' },
    });
    expect(stdout).toBe('7\n');
  });

  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('still fits the code: %s', (_, mutant) => {
    for (const edit of editsOf(mutant)) {
      const source = readFileSync(new URL(`../../functions/${edit.file}`, import.meta.url), 'utf8');
      expect(mutate(source, edit)).not.toBe(source);
    }
  });
});

test('a secret that is written, sent or logged is found', async () => {
  const { config, ...scenario } = drawScenario(createRandom(1));
  const world = createWorld({ ...scenario, config, random: () => 0 });
  world.start('leak', 0, async ({ ledger, queue, log }) => {
    const failed = new Error(`it said ${loginPassword}`);
    log.info('answered', { outcome: [{ failed }] });
    log.error('visit-failed', { error: accessKey.accessKeySecret });
    await Promise.all([queue.enqueue(`{"password":"${loginPassword}"}`), ledger.mark('c0', loginPassword)]);
  });
  expect(world.alarms).toEqual([
    'a secret is in the log line answered',
    'a secret is in the log line visit-failed',
    'a secret is in a message',
    'a secret is in a write to the table',
  ]);
});

test('a history repeats exactly', async () => {
  const traces = await Promise.all(
    [1, 2].map(async () => {
      const steps: string[] = [];
      await runHistory({ seed: 42, onStep: (line) => steps.push(line) });
      return steps;
    }),
  );
  expect(traces[0]).toEqual(traces[1]);
  expect(traces[0]?.length).toBeGreaterThan(10);
});
