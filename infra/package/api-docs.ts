// npm run api-docs: pages about what the package exports, made of its types and their comments, in dist/api. The generator works with an
// earlier compiler than the project's, so both are installed into a folder of their own, which is removed at the end.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const tools = ['typedoc@0.28.20', 'typescript@6.0.3'];
const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'api-docs-'));
try {
  const install = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
  execFileSync('npm', [...install, ...tools], { stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync(
    process.execPath,
    [
      join(folder, 'node_modules/typedoc/bin/typedoc'),
      ...['--entryPoints', 'infra/index.ts', '--tsconfig', 'tsconfig.json', '--out', 'dist/api'],
      ...['--name', 'edge-scale-out', '--readme', 'none', '--disableSources', '--excludeExternals'],
      // The project's own compiler has checked the sources. What is not documented, or refers to what is not there, ends it.
      ...[
        '--skipErrorChecking',
        '--treatValidationWarningsAsErrors',
        '--intentionallyNotExported',
        'Optional',
        '--intentionallyNotExported',
        'workerTemplateSchema',
      ],
    ],
    { cwd: root, stdio: 'inherit' },
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
