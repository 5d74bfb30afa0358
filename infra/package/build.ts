// `npm pack` runs it before it packs (prepack) and after it (postpack). Before: builds dist/, and writes the package.json of the
// package in place of the project's: what is packed runs no sources, and needs neither the tools nor the Node of the project.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFunction } from '../bundle/bundle.ts';
import { functionNames } from '../bundle/function-names.ts';
import { type Manifest, packageManifest } from './manifest.ts';

const root = resolve(import.meta.dirname, '../..');
const dist = join(root, 'dist');
const manifest = join(root, 'package.json');
/** The project's own, while another stands in its place. */
const original = join(dist, 'package.json.original');

const [step] = process.argv.slice(2);
if (step === 'restore') restore();
else build();

function build(): void {
  // A pack that was interrupted has left it there.
  if (existsSync(original)) restore();
  rmSync(dist, { recursive: true, force: true });
  // Not by its name: another may be first on the PATH.
  const compiler = join(dirname(fileURLToPath(import.meta.resolve('typescript/package.json'))), 'bin/tsc');
  execFileSync(process.execPath, [compiler, '--project', join(import.meta.dirname, 'tsconfig.json')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  for (const name of functionNames) bundleFunction(name, join(dist, 'bundles', name));
  // What browsers run: the compiler leaves it alone.
  const client = 'functions/console/client';
  for (const file of globSync('*.js', { cwd: join(root, client) }))
    cpSync(join(root, client, file), join(dist, client, file));
  // The example that `init` fills in: as text, as nothing runs it.
  const example = readFileSync(join(root, 'functions/config.ts'), 'utf8');
  writeFileSync(
    join(dist, 'functions/config.example'),
    example
      .replace("'./domain/config/types.ts'", "'edge-scale-out'")
      .replace('functions/config.ts', 'scale-out.config.ts'),
  );
  const own: Manifest = JSON.parse(readFileSync(manifest, 'utf8'));
  // The compiler has copied the project's: the command reads its version there.
  writeFileSync(join(dist, 'package.json'), text({ version: own.version, type: own.type }));
  renameSync(manifest, original);
  writeFileSync(manifest, text(packageManifest(own)));
}

function restore(): void {
  renameSync(original, manifest);
}

function text(json: object): string {
  return `${JSON.stringify(json, null, 2)}\n`;
}
