// Runs after npm ci: an installed Node that is new enough takes the place of the one that npm brought. Scripts and npx then run on what the
// machine's owner installed and updates. Plain JavaScript, as any Node may run it.
import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';

/** Major and minor. */
const oldest = [24, 17];
const ours = resolve('node_modules/.bin/node');
/** That runs npm. */
const installed = process.env['npm_node_execpath'];

function isNewEnough(node) {
  const [, major = 0, minor = 0] = /^v(\d+)\.(\d+)/.exec(execFileSync(node, ['--version'], { encoding: 'utf8' })) ?? [];
  return Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1]);
}

// On Windows the place is taken by scripts, not by a link.
if (process.platform !== 'win32' && installed !== undefined && existsSync(ours))
  if (!realpathSync(installed).startsWith(resolve('node_modules')) && isNewEnough(installed)) {
    rmSync(ours);
    symlinkSync(installed, ours);
  }
