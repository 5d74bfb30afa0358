#!/usr/bin/env node
// The operator's command: npx scale-out --help
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';

// Compiling the TypeScript of all commands takes longer than running one of them: it is done once, not each time.
enableCompileCache(resolve(import.meta.dirname, '../../node_modules/.cache/edge-scale-out/compiled'));
const [{ run }, { createTerminal }] = await Promise.all([import('./program.ts'), import('./terminal.ts')]);

const terminal = createTerminal(process.stdout, process.stderr);
process.exitCode = await run(process.argv.slice(2), {
  terminal,
  input: () => process.stdin,
  env: process.env,
  now: Date.now,
});
