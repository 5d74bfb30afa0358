// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells write variables like this.
// What the documents say can be followed: each link leads somewhere, each command exists with its options, each sample is taken.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createProgram } from '../../functions/cli/program.ts';
import { createTerminal } from '../../functions/cli/terminal/terminal.ts';
import { webhookSources } from '../../functions/domain/job/scale-job.ts';
import { findRoute } from '../../functions/receive-alert/route.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { execute } from '../cli/support.ts';
import { jobOf } from '../fixtures/alerts/alert-fixtures.ts';
import { anchorsIn, blocksIn, commandsIn, documentAt, documents, wordsOf } from './documents.ts';

const project = resolve(import.meta.dirname, '../..');
const scripts: Readonly<Record<string, string>> = packageJson.scripts;

test('the README is short enough to be read', () => {
  expect(documentAt('README.md').text.split('\n').length).toBeLessThanOrEqual(201);
});

test.each(documents)('$path: every link leads to a file and a heading that exist', ({ path, text }) => {
  const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    if (/^(https?|mailto):/.test(target)) return [];
    const [file = '', anchor] = target.split('#');
    const to = file === '' ? path : join(dirname(path), file);
    if (!existsSync(join(project, to))) return [target];
    return anchor === undefined || anchorsIn(documentAt(to).text).includes(anchor) ? [] : [target];
  });
  expect(broken).toEqual([]);
});

const commands = documents.flatMap((document) =>
  commandsIn(document).map((command) => ({ path: document.path, command })),
);

describe('every command of scale-out is one, with these options', () => {
  test.each(commands.filter(({ command }) => command.startsWith('npx scale-out ')))(
    '$path: $command',
    async ({ command }) => {
      const ran: string[] = [];
      const silent = createTerminal(process.stdout, process.stderr);
      const program = createProgram({
        terminal: { ...silent, print: () => undefined, note: () => undefined, fail: () => undefined },
        input: () => {
          throw new Error('nothing reads');
        },
        env: {},
        now: () => 0,
        importConfig: async () => ({}),
        configName: 'functions/config.ts',
        files: { config: 'functions/config.ts', example: 'functions/config.ts' },
      });
      const [, , ...words] = wordsOf(command);
      const leaves = (of: typeof program): readonly (typeof program)[] => [of, ...of.commands.flatMap(leaves)];
      for (const one of leaves(program))
        if (one.commands.length === 0)
          one.action(() => {
            ran.push(one.name());
          });
      if (words.includes('--help')) return;
      await program.parseAsync(words, { from: 'user' });
      expect(ran).toHaveLength(1);
    },
  );
});

describe('every script of npm is one, with these options', () => {
  const used = commands.flatMap(({ command }) =>
    command.split(' && ').flatMap((one) => {
      const [npm, ...words] = wordsOf(one);
      const [name = '', ...rest] = words[0] === 'run' ? words.slice(1) : words;
      return npm === 'npm' && !['ci', 'pack', 'install'].includes(name)
        ? [{ name, options: rest.filter((word) => /^--?\w/.test(word)) }]
        : [];
    }),
  );
  const optionsOf = Map.groupBy(used, ({ name }) => name);
  test.each(
    [...optionsOf].map(([name, uses]) => ({ name, options: [...new Set(uses.flatMap(({ options }) => options))] })),
  )('$name $options', async ({ name, options }) => {
    const [first, file = ''] = scripts[name]?.split(' ') ?? [];
    expect(Object.keys(scripts)).toContain(name);
    const own = options.filter((option) => option !== '--silent');
    if (first !== 'node' || !file.endsWith('.ts') || own.length === 0) return;
    const { stdout } = await execute(process.execPath, [join(project, file), '--help'], {}, '');
    expect(own.filter((option) => !stdout.includes(option))).toEqual([]);
  });
});

describe('every sample of a sender asks for nodes', () => {
  const samples = commandsIn(documentAt('functions/README.md')).filter((command) => command.startsWith('curl "${URL}'));
  test('there is one of each', () => {
    expect(samples.map((command) => /alerts\/(\w+)/.exec(command)?.[1]).toSorted()).toEqual(webhookSources.toSorted());
  });
  test.each(samples)('%s', (command) => {
    const words = wordsOf(command);
    const { source, cluster } = findRoute(words[1]?.replace('${URL}', '/') ?? '') ?? {};
    const body = words[words.indexOf('-d') + 1] ?? '';
    const job = jobOf(body, { ...(source && { source }), ...(cluster !== undefined && { cluster }) });
    expect(job).toMatchObject({ cluster: 'edge-beijing', source, intent: { kind: 'breach' } });
  });
});

test('the sample of a manual job is one', () => {
  const [sample] = blocksIn(documentAt('functions/README.md'), 'Ask for nodes').filter(
    ({ language }) => language === 'json',
  );
  expect(jobOf(sample?.text ?? '')).toMatchObject({
    key: 'manual/edge-beijing/launch-1',
    intent: { kind: 'add', nodes: 2 },
  });
});
