// The commands of npm run that take options, as processes.
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import packageJson from '../../package.json' with { type: 'json' };

type Name = 'bench' | 'crash-test' | 'fuzz' | 'model' | 'simulate';

function run(name: Name, ...args: readonly string[]) {
  const [, file = ''] = packageJson.scripts[name].split(' ');
  return spawnSync(process.execPath, [file, ...args], { encoding: 'utf8' });
}

test.each<[Name, flag: string]>([
  ['bench', '--quick'],
  ['crash-test', '--kills'],
  ['fuzz', '--runs'],
  ['model', '--only'],
  ['simulate', '--histories'],
])('%s --help shows %s and examples', (name, flag) => {
  const { status, stdout, stderr } = run(name, '--help');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`${flag} .*\nExamples:\n  npm run ${name}.*2 for wrong usage`, 's'));
});

test('the help fills its lines', () => {
  const { stdout } = run('crash-test', '--help');
  expect(stdout).toMatch(/\n\nKills the bundled functions .*\n.{60,}\n[^\n]+\n\nOptions:/);
});

test.each<[Name, args: string, says: RegExp]>([
  ['bench', '--nonsense', /unknown option '--nonsense'/],
  ['bench', 'cold-strat', /'cold-strat' is invalid for argument 'parts'. Allowed choices are sizes, cold-start, /],
  ['bench', 'calls --write', /--write needs all parts/],
  ['crash-test', '--killz 3', /unknown option '--killz' \(Did you mean --kills\?\)/],
  ['crash-test', '--kills many', /'--kills <n>' argument 'many' is invalid. Use a whole number from 1 to 1000000/],
  ['fuzz', '--runs -1', /'--runs <n>' argument '-1' is invalid. Use a whole number from 1 to 1000000000/],
  ['fuzz', '--runs 0', /'--runs <n>' argument '0' is invalid. Use a whole number from 1 /],
  ['fuzz', '--seed', /'--seed <s>' argument missing/],
  ['fuzz', '100', /too many arguments. Expected 0 arguments but got 1/],
  ['model', '--only jbos', /--only: jbos is no configuration and no mutant, which --list shows/],
  ['model', '--quick --only x', /'--quick' cannot be used with option '--only <name...>'/],
  ['simulate', '--histories 0', /'--histories <n>' argument '0' is invalid. Use a whole number from 1 /],
  [
    'simulate',
    '--exhaustive --depth 2',
    /'--depth <f,p>' argument '2' is invalid. Use two numbers from 0 to 9, such as 2,1/,
  ],
  ['simulate', '--depth 2,1', /--depth goes with --exhaustive only/],
  ['simulate', '--mutants --only x', /--only: x is none of the mutants/],
  ['simulate', '--replay 1 --mutants', /'--replay <s>' cannot be used with option '--mutants'/],
])('%s %s says in one line what is wrong, and ends with 2', (name, args, says) => {
  const { status, stdout, stderr } = run(name, ...args.split(' '));
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(new RegExp(`^error: .*${says.source}.*; see npm run ${name} -- --help\n$`));
});
