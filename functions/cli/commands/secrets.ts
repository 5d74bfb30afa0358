import { Argument, Command } from 'commander';
import { type CommandDeps, type CommonOptions, locate, withExamples } from '../target/command-line.ts';
import { isSecretName, type SecretName, secretNames, secretRemedy } from '../target/secret-names.ts';
import { checked, formOf, readSecretText } from '../target/secret-values.ts';
import { UsageError } from '../terminal/errors.ts';
import { ask, readAll } from '../terminal/hidden-input.ts';

export function createSecretsCommand(deps: CommandDeps): Command {
  const group = new Command('secrets').summary('store the secrets of the functions').description('Stores secrets.');
  const set = new Command('set')
    .summary('store one secret')
    .description(
      'Stores one secret, read from standard input or from a hidden prompt. The value is checked as the functions check it, ' +
        'and never printed. The functions use a new value within five minutes.',
    )
    .addArgument(new Argument('<name>', listOfNames()).choices(Object.keys(secretNames)))
    .option('--json', 'print one JSON object')
    .option('--local', 'store it in the local engine, for as long as it runs')
    // setSecret refuses them: commander would print the value.
    .allowExcessArguments()
    .action((name: string) => setSecret(name, set.args.length > 1, set.optsWithGlobals<SecretOptions>(), deps));
  withExamples(set, [
    'npx scale-out secrets set ack --stack EdgeScaleOut',
    'npx scale-out secrets set login --stack EdgeScaleOut < password.txt',
    'pass show ack/reader | npx scale-out secrets set ack-read --stack EdgeScaleOut',
  ]);
  withExamples(group, ['npx scale-out secrets set ack --stack EdgeScaleOut']);
  return group.addCommand(set);
}

interface SecretOptions extends CommonOptions {
  readonly local?: true;
}

async function setSecret(name: string, hasMore: boolean, options: SecretOptions, deps: CommandDeps): Promise<void> {
  if (hasMore)
    throw new UsageError(
      'value: other users and the shell history can see a command line; pipe the value in, or type it at the prompt',
    );
  if (!isSecretName(name)) throw new UsageError(`name: there is no secret ${name}`);
  const target = await locate(options, [], deps);
  // A real key must not end in the engine because an option was forgotten.
  if (target.engine && !options.local)
    throw new UsageError(`--local: missing, and the secret would go to ${target.name}; give it, or --stack NAME`);
  if (options.local && !target.engine)
    throw new UsageError(`--local: it cannot be combined with ${target.name}; give one of them`);
  const SecretId = target.secretIds[name];
  if (SecretId === undefined)
    throw new UsageError(`name: the secret of ${secretNames[name].what} is not known; ${secretRemedy(name)}`);
  const SecretString = await read(name, deps);

  const [{ connectSecrets, roleFor }, { PutSecretValueCommand }] = await Promise.all([
    import('../target/connect.ts'),
    import('@aws-sdk/client-secrets-manager'),
  ]);
  const { VersionId } = await connectSecrets(target).send(new PutSecretValueCommand({ SecretId, SecretString }));
  if (target.alibaba && Object.hasOwn(roleFor, name))
    deps.terminal.warn(`${target.name} has stack.alibaba, so its functions assume RAM roles and do not read this key`);
  if (options.json) return deps.terminal.json({ name, secretId: SecretId, version: VersionId });
  deps.terminal.print(`Stored ${secretNames[name].what} in ${SecretId}.`);
  deps.terminal.print(`To check it: npx scale-out doctor${target.flags}`);
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
