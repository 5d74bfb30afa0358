import { readFile, rm, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { nodes as countOf } from '../../domain/plural.ts';
import { type Answers, fillExample } from '../init/fill-example.ts';
import { type CommandDeps, notEmpty, wholeNumber, withExamples } from '../target/command-line.ts';
import { CommandFailed, describeError, UsageError } from '../terminal/errors.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { ask } from '../terminal/hidden-input.ts';

interface Options extends Partial<Omit<Answers, 'region'>> {
  /** `region` is that of AWS. */
  readonly clusterRegion?: string;
  readonly output?: string;
  readonly json?: true;
}

type Name = keyof Answers;

/** In the order in which they are asked. */
const questions: Readonly<Record<Name, { readonly question: string; readonly usual?: string }>> = {
  cluster: { question: 'Name of the cluster, in lower case', usual: 'edge-beijing' },
  id: { question: 'Id of the ACK cluster: c and 32 letters or digits' },
  region: { question: 'Its region', usual: 'cn-beijing' },
  site: { question: 'ENS site of new nodes', usual: 'cn-beijing-telecom' },
  type: { question: 'Instance type of new nodes', usual: 'ens.sn1.tiny' },
  image: { question: 'Image of new nodes' },
  maxNodes: { question: 'Most nodes in the cluster', usual: '20' },
  price: { question: 'What one node costs for one month', usual: '180' },
  currency: { question: 'Its currency', usual: 'CNY' },
};

const sample: Answers = {
  ...{ cluster: 'c', id: 'c', region: 'r', site: 's', type: 't', image: 'm', maxNodes: 1, price: 1, currency: 'CNY' },
};

/** Runs another command. @returns its exit code */
type Run = (args: readonly string[], deps: CommandDeps) => Promise<number>;

export function createInit(deps: CommandDeps, run: Run): Command {
  const command = new Command('init')
    .summary('write a config for your cluster')
    .description(
      'Writes a commented config from a few answers, and checks it. On a terminal it asks for what no option says. With the key of ' +
        'the reader in ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET it looks the cluster up at ACK first. A config ' +
        'that is not the example as it was shipped is never overwritten.',
    )
    .option('--cluster <name>', 'its name here, which is its identity: keep it', notEmpty)
    .option('--id <id>', 'the id of the ACK cluster', notEmpty)
    .option('--cluster-region <name>', 'the region of the ACK cluster', notEmpty)
    .option('--site <name>', 'the ENS site of new nodes', notEmpty)
    .option('--type <name>', 'the instance type of new nodes', notEmpty)
    .option('--image <id>', 'the image of new nodes', notEmpty)
    .option('--max-nodes <n>', 'the most nodes in the cluster', wholeNumber(1, 5000))
    .option('--price <amount>', 'what one node costs for one month', wholeNumber(1, 1_000_000))
    .option('--currency <code>', 'of the price', notEmpty)
    .option('--output <file>', `the file to write (default: ${deps.configName})`, notEmpty)
    .option('--json', 'print the config and what it allows as one JSON object');
  withExamples(command, [
    'npx scale-out init',
    'npx scale-out init --cluster edge-hz --id c0123456789abcdef0123456789abcdef --image m-2QVLO2T8NYgm8CNQVg15gF',
  ]);
  return command.action((options: Options) => init(options, deps, run));
}

async function init(options: Options, deps: CommandDeps, run: Run): Promise<void> {
  const { terminal, files, configName } = deps;
  const { output, json } = options;
  const [file, name] = output === undefined ? [files.config, configName] : [output, output];
  const example = await readFile(files.example, 'utf8');
  const present = await readFile(file, 'utf8').catch(() => undefined);
  const isYours = new UsageError(`--output: ${name} is no longer the example; edit it, or name another file`);
  if (present !== undefined && present !== example) throw isYours;
  // Nobody is asked in vain.
  if (fillExample(example, sample) === undefined) throw isYours;
  const text = fillExample(example, await answersOf(options, deps));
  if (text === undefined) throw isYours;
  await writeFile(file, text).catch((error: unknown) => {
    throw new UsageError(`--output: ${name} cannot be written; ${describeError(error)}`);
  });
  const code = await run(
    ['check', '--explain', ...(output === undefined ? [] : ['--config', output]), ...(json ? ['--json'] : [])],
    deps,
  );
  if (code !== exitCodes.done) {
    await (present === undefined ? rm(file) : writeFile(file, present));
    throw new CommandFailed(`${name} was not changed; correct what was said`);
  }
  terminal.note(`Wrote ${name}.`);
  terminal.note(
    'It is a start: read its comments, set steps, limits and schedules, and try it with npx scale-out backtest.',
  );
}

async function answersOf(options: Options, deps: CommandDeps): Promise<Answers> {
  const given: Partial<Record<Name, string | number>> = {
    ...options,
    ...(options.clusterRegion !== undefined && { region: options.clusterRegion }),
  };
  const input = deps.input();
  const names = Object.keys(questions) as Name[];
  const missing = names.filter((name) => given[name] === undefined && questions[name].usual === undefined);
  if (!input.isTTY && missing.length > 0)
    throw new UsageError(
      `${missing.map((name) => `--${name}`).join(', ')}: missing; give it, or run init on a terminal`,
    );
  for (const name of names) {
    if (name === 'maxNodes') await lookUp(given, deps);
    if (given[name] !== undefined) continue;
    const { question, usual } = questions[name];
    const shown = usual === undefined ? question : `${question} [${usual}]`;
    const answer = input.isTTY ? await ask(input, deps.terminal.prompt, { question: shown, hidden: false }) : '';
    const said = answer.trim() === '' ? usual : answer.trim();
    if (said === undefined) throw new UsageError(`--${name}: it is empty; give it`);
    given[name] = said;
  }
  const { cluster, id, region, site, type, image, currency } = given as Record<Name, string>;
  return {
    cluster,
    id,
    region,
    site,
    type,
    image,
    currency,
    maxNodes: Number(given.maxNodes),
    price: Number(given.price),
  };
}

/** With a key, the cluster is looked up, and its size is the measure of the limit. */
async function lookUp(
  given: Partial<Record<Name, string | number>>,
  { env, terminal, now }: CommandDeps,
): Promise<void> {
  const accessKeyId = env['ALIBABA_CLOUD_ACCESS_KEY_ID'];
  const accessKeySecret = env['ALIBABA_CLOUD_ACCESS_KEY_SECRET'];
  if (!accessKeyId || !accessKeySecret) return;
  const { readCluster } = await import('../init/read-cluster.ts');
  const cluster = { id: String(given.id), region: String(given.region) };
  const { state, nodes } = await readCluster(cluster, { accessKeyId, accessKeySecret }, now, env['ACK_ENDPOINT']);
  terminal.note(`ACK says that ${cluster.id} is ${state}, with ${countOf(nodes)}.`);
  given.maxNodes ??= nodes + 10;
}
