import { Argument, Command } from 'commander';
import { type CommandDeps, type CommonOptions, locate, withExamples } from '../target/command-line.ts';
import { isSecretName, type SecretName, secretNames, secretRemedy } from '../target/secret-names.ts';
import { checked, formOf, readSecretText } from '../target/secret-values.ts';
import { UsageError } from '../terminal/errors.ts';
import { ask, readAll } from '../terminal/hidden-input.ts';

export function createSecretsCommand(deps: CommandDeps): Command {
  const group = new Command('secrets').summary('store what the functions need').description('Stores secrets.');
  const set = new Command('set')
    .summary('store one secret')
    .description(
      'Stores one secret: from standard input, or asked for on a terminal without being shown. It is checked as the ' +
        'functions will check it, and never printed. They use a new value within five minutes.',
    )
    .addArgument(new Argument('<name>', listOfNames()).choices(Object.keys(secretNames)))
    .option('--json', 'print one JSON object')
    // Refused below, and not by commander, which would quote them.
    .allowExcessArguments()
    .action((name: string) => setSecret(name, set.args.length > 1, set.optsWithGlobals<CommonOptions>(), deps));
  withExamples(set, [
    'npx scale-out secrets set ack --stack EdgeScaleOut',
    'npx scale-out secrets set login --stack EdgeScaleOut < password.txt',
    'pass show ack/reader | npx scale-out secrets set ack-read --stack EdgeScaleOut',
  ]);
  withExamples(group, ['npx scale-out secrets set ack --stack EdgeScaleOut']);
  return group.addCommand(set);
}

async function setSecret(name: string, hasMore: boolean, options: CommonOptions, deps: CommandDeps): Promise<void> {
  if (hasMore)
    throw new UsageError(
      'value: a command line is seen by others, and kept in a history; pipe it in, or be asked for it',
    );
  if (!isSecretName(name)) throw new UsageError(`name: ${name} is no secret of ours`);
  const target = await locate(options, [], deps);
  const SecretId = target.secretIds[name];
  if (SecretId === undefined)
    throw new UsageError(`name: nothing says which secret holds ${secretNames[name].what}; ${secretRemedy(name)}`);
  const SecretString = await read(name, deps);

  const [{ connectSecrets }, { PutSecretValueCommand }] = await Promise.all([
    import('../target/connect.ts'),
    import('@aws-sdk/client-secrets-manager'),
  ]);
  const { VersionId } = await connectSecrets(target).send(new PutSecretValueCommand({ SecretId, SecretString }));
  if (options.json) return deps.terminal.json({ name, secretId: SecretId, version: VersionId });
  deps.terminal.print(`Stored ${secretNames[name].what} in ${SecretId}.`);
  deps.terminal.print(`Whether it works: npx scale-out doctor${target.flags}`);
}

async function read(name: SecretName, deps: CommandDeps): Promise<string> {
  const input = deps.input();
  if (!input.isTTY) return readSecretText(name, await readAll(input));
  const { questions, fromAnswers } = formOf(name);
  const answers: Record<string, string> = {};
  for (const one of questions) answers[one.field] = await ask(input, deps.terminal.prompt, one);
  return checked(name, fromAnswers(answers));
}

function listOfNames(): string {
  return Object.entries(secretNames)
    .map(([name, { what }]) => `${name}: ${what}`)
    .join('; ');
}
