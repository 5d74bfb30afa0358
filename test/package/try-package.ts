// Packs the project, installs the file into an empty folder and into an empty CDK app, and uses it there as its README says.
// Offline: from the packed file, the project's lock, and the packages in node_modules that it names.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { folderFiles, type Lock } from './lock.ts';

const project = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'try-package-'));
const windows = process.platform === 'win32';

/** Nothing of the project is on the PATH but its Node, and no registry is asked. */
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|EDGE_SCALE_OUT|NODE_OPTIONS|AWS_)/i.test(name)),
  ),
  PATH: [
    dirname(process.execPath),
    ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules')),
  ].join(delimiter),
  npm_config_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
  npm_config_loglevel: 'error',
};

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

function attempt(
  cwd: string,
  more: Readonly<Record<string, string>>,
  command: string,
  ...args: readonly string[]
): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, [...args], {
    cwd,
    env: { ...env, ...more },
    encoding: 'utf8',
    shell: windows,
  });
  if (error) throw error;
  return { code: status, output: `${stdout}${stderr}` };
}

/** @throws Error with what it printed, unless it ends well */
function run(cwd: string, command: string, ...args: readonly string[]): string {
  const { code, output } = attempt(cwd, {}, command, ...args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

function expect(what: string, holds: boolean, found: unknown = ''): void {
  if (!holds) throw new Error(`${what}: ${typeof found === 'string' ? found : JSON.stringify(found)}`);
  console.log(`ok  ${what}`);
}

/** In a copy: meanwhile the package.json of the package stands in the place of the project's. */
function pack(): string {
  const copy = join(scratch, 'project');
  mkdirSync(copy);
  for (const part of ['functions', 'infra', 'package.json', 'tsconfig.json', 'README.md', 'LICENSE'])
    cpSync(join(project, part), join(copy, part), { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const before = readFileSync(join(copy, 'package.json'), 'utf8');
  run(copy, 'npm', 'pack', '--pack-destination', scratch);
  expect('npm pack leaves package.json as it was', readFileSync(join(copy, 'package.json'), 'utf8') === before);
  const [file = ''] = readdirSync(scratch).filter((name) => name.endsWith('.tgz'));
  return file;
}

function checkFiles(file: string): void {
  const files = execFileSync('tar', ['-tzf', file], { cwd: scratch, encoding: 'utf8' }).trim().split('\n');
  const outside = files.filter((name) => !/^package\/(dist\/|package\.json$|README\.md$|LICENSE$)/.test(name));
  expect('the file has dist/, its package.json, README and LICENSE only', outside.length === 0, outside);
  const sources = files.filter((name) => /(?<!\.d)\.ts$/.test(name) || /\/test\//.test(name) || /\.test\./.test(name));
  expect('it has no sources that Node would have to strip, and no tests', sources.length === 0, sources);
  // What browsers run is no module of the package.
  const modules = files.filter((name) => /\.m?js$/.test(name) && !name.includes('/console/client/'));
  const unmapped = modules.filter((name) => !files.includes(`${name}.map`));
  expect('each module has its source map', unmapped.length === 0, unmapped);
  const untyped = modules.filter((name) => /\.js$/.test(name) && !files.includes(name.replace(/\.js$/, '.d.ts')));
  expect('each module has its types', untyped.length === 0, untyped);
  const own = files.filter(
    (name) => /dist\/functions\/config\.(?!example$)/.test(name) || /bundles\/.*\.json$/.test(name),
  );
  expect('it has no config', own.length === 0, own);
  for (const name of ['scale-out', 'reconcile', 'receive-alert', 'announce'])
    expect(`it has the bundle of ${name}`, files.includes(`package/dist/bundles/${name}/index.mjs`));
}

/** @returns the folder, with the packed file and these packages of the project installed */
function install(name: string, file: string, own: readonly string[]): string {
  const folder = join(scratch, name);
  mkdirSync(folder);
  cpSync(join(scratch, file), join(folder, file));
  const lock: Lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
  const manifest = JSON.parse(
    execFileSync('tar', ['-xzOf', file, 'package/package.json'], { cwd: scratch, encoding: 'utf8' }),
  );
  const integrity = `sha512-${createHash('sha512')
    .update(readFileSync(join(folder, file)))
    .digest('base64')}`;
  const files = folderFiles(lock, { file, integrity, manifest }, own);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(files.manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(files.lock));
  // As npm would unpack them; it finds them in their place, and asks nobody for them.
  for (const path of files.paths)
    if (existsSync(join(project, path)) && !existsSync(join(folder, path)))
      cpSync(join(project, path), join(folder, path), { recursive: true });
  run(folder, 'npm', 'install', '--ignore-scripts');
  return folder;
}

const exampleConfig = () =>
  readFileSync(join(project, 'functions/config.ts'), 'utf8').replace('./domain/config/types.ts', 'edge-scale-out');

/** Half of what four nodes do, then more than they do. */
const loadOfTwoHours = [
  'timestamp,value',
  ...Array.from(
    { length: 120 },
    (_, i) => `${new Date(Date.UTC(2026, 5, 1, 0, i)).toISOString()},${i < 30 ? 200 : 500}`,
  ),
  '',
].join('\n');

function tryCommand(folder: string): void {
  const help = run(folder, 'npx', 'scale-out', '--help');
  expect('npx scale-out --help', help.includes('enqueue') && help.includes('--stack'), help);
  const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  expect('npx scale-out --version', run(folder, 'npx', 'scale-out', '--version').trim() === version);
  const missing = attempt(folder, {}, 'npx', 'scale-out', 'check');
  expect(
    'check without a config says so',
    missing.code === 1 && missing.output.includes('scale-out.config.ts'),
    missing,
  );
  const asked = [
    '--cluster',
    'edge-hz',
    '--id',
    `c${'0'.repeat(32)}`,
    '--image',
    'm-abc',
    '--output',
    'other.config.ts',
  ];
  expect('init', run(folder, 'npx', 'scale-out', 'init', ...asked).includes('other.config.ts is fine.'));
  writeFileSync(join(folder, 'scale-out.config.ts'), exampleConfig());
  writeFileSync(join(folder, 'load.csv'), loadOfTwoHours);
  const backtest = ['backtest', '--metric', 'load.csv', '--per-node', '100', '--nodes', '4', '--html', 'report.html'];
  expect('backtest', run(folder, 'npx', 'scale-out', ...backtest).includes('report.html'));
  expect('its page', readFileSync(join(folder, 'report.html'), 'utf8').startsWith('<!doctype html>'));
  const app = "await import('./node_modules/edge-scale-out/dist/functions/console/app.js')";
  expect('the pages of the console', run(folder, 'node', '--input-type=module', '--eval', app) === '');
  expect('console', run(folder, 'npx', 'scale-out', 'console', '--help').includes('--write'));
  expect('it serves its pages', run(folder, 'node', '--input-type=module', '--eval', visit).trim() === '200 true');
  expect('check', run(folder, 'npx', 'scale-out', 'check', '--explain').includes('scale-out.config.ts is fine.'));
  const schema = JSON.parse(run(folder, 'npx', 'scale-out', 'event-schema'));
  expect('event-schema', typeof schema === 'object');
  const nowhere = attempt(folder, {}, 'npx', 'scale-out', 'list');
  expect('list asks where to work', nowhere.code === 2 && nowhere.output.includes('--stack NAME'), nowhere);
  tryProfile(folder);
  const bins = readdirSync(join(folder, 'node_modules/.bin'));
  expect('it puts no node in the place of theirs', !bins.some((bin) => /^node(\.|$)/.test(bin)), bins);
}

/** Opens the console as a browser does, where nothing of AWS answers. It prints the status of the page, and whether it is one. */
const visit = `
const { spawn } = await import('node:child_process');
const nowhere = 'http://127.0.0.1:9';
const child = spawn(process.execPath, ['node_modules/edge-scale-out/dist/functions/cli/scale-out.js', 'console', '--json'], {
  stdio: ['ignore', 'pipe', 'ignore'],
  env: {
    ...process.env,
    ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's', AWS_ENDPOINT_URL: nowhere },
    ...{ QUEUE_URL: nowhere + '/q', DEAD_LETTER_QUEUE_URL: nowhere + '/d', TABLE_NAME: 't', NOTES_TABLE_NAME: 'n' },
  },
});
const { value } = await child.stdout[Symbol.asyncIterator]().next();
const { url } = JSON.parse(String(value));
const entered = await fetch(url, { redirect: 'manual' });
const [cookie] = entered.headers.get('set-cookie').split(';');
const page = await fetch(new URL(entered.headers.get('location'), url), { headers: { cookie } });
console.log(page.status, (await page.text()).includes('<title>'));
child.kill('SIGINT');
`;

/** The AWS credentials of an operator: a program of a profile gives them, and says that it was asked. Nothing listens for what follows. */
function tryProfile(folder: string): void {
  const given = { Version: 1, AccessKeyId: 'OFTHEPROGRAM', SecretAccessKey: 's' };
  writeFileSync(
    join(folder, 'credentials.mjs'),
    `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(join(folder, 'asked'))}, '');
console.log(${JSON.stringify(JSON.stringify(given))});`,
  );
  const program = `"${process.execPath}" "${join(folder, 'credentials.mjs')}"`;
  writeFileSync(join(folder, 'aws-config'), `[profile ops]\nregion = eu-west-1\ncredential_process = ${program}\n`);
  const { code, output } = attempt(
    folder,
    { AWS_CONFIG_FILE: join(folder, 'aws-config'), AWS_ENDPOINT_URL_CLOUDFORMATION: 'http://127.0.0.1:9' },
    ...['npx', 'scale-out', 'list', '--stack', 'edge', '--profile', 'ops'],
  );
  expect('list asks the profile for credentials', existsSync(join(folder, 'asked')), output);
  expect('and the stack for its outputs', code === 1 && output.includes('ECONNREFUSED'), output);
}

const app = `
import { App, Stack } from 'aws-cdk-lib';
import { EdgeScaleOut } from 'edge-scale-out';
import { config } from './scale-out.config.ts';

const stack = new Stack(new App(), 'Nodes');
const scaleOut = new EdgeScaleOut(stack, 'ScaleOut', config);
// @ts-expect-error: the types are there, so a mistake is found
scaleOut.addAlarm(7);
`;

function tryApp(folder: string): void {
  writeFileSync(join(folder, 'scale-out.config.ts'), exampleConfig());
  writeFileSync(join(folder, 'app.ts'), app);
  const options = {
    module: 'nodenext',
    target: 'es2024',
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...options, types: ['node'] } }));
  expect('the types of the package', run(folder, 'npx', 'tsc', '--project', '.') === '');
  writeFileSync(join(folder, 'app.ts'), app.replace(/\/\/ @ts-expect-error.*\n.*\n/, ''));
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: 'node app.ts' }));
  run(folder, 'npx', 'cdk', 'synth', '--quiet', '--no-notices', '--no-lookups');
  const out = join(folder, 'cdk.out');
  const { Resources, Outputs } = JSON.parse(readFileSync(join(out, 'Nodes.template.json'), 'utf8'));
  expect(
    'cdk synth',
    Object.hasOwn(Outputs, 'QueueUrl') && Object.hasOwn(Outputs, 'ConfigResource'),
    Object.keys(Outputs),
  );
  const { Metadata, Properties } = Resources[Outputs.ConfigResource.Value];
  const text: string = Metadata.EdgeScaleOutConfig;
  const asset = join(out, `asset.${Properties.Code.S3Key.replace('.zip', '')}`);
  expect('the function has the prebuilt bundle', existsSync(join(asset, 'index.mjs')));
  expect('with the config of the app', readFileSync(join(asset, 'config.json'), 'utf8') === text);
}

try {
  const file = pack();
  checkFiles(file);
  tryCommand(install('empty', file, []));
  tryApp(install('app', file, ['aws-cdk', 'aws-cdk-lib', 'constructs', 'typescript', '@types/node']));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
